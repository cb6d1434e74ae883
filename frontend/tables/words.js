// Every word that the table editor shows, in Chinese. What has no word here is remembered, and a browser test fails on it.

const PLACES = { "rule": "行", "input column": "输入列", "output column": "输出列" };
const DEEDS = {
  "Add {} left": "在左边加{}", "Add {} right": "在右边加{}", "Add {} above": "在上边加{}", "Add {} below": "在下边加{}",
  "Copy {}": "复制{}", "Cut {}": "剪切{}", "Remove {}": "删除{}", "Paste {} left": "粘贴{}到左边", "Paste {} right": "粘贴{}到右边",
  "Paste {} above": "粘贴{}到上边", "Paste {} below": "粘贴{}到下边",
};
const HEAD = {
  "When": "如果", "And": "并且", "Then": "那么", "Annotation": "备注", "Annotations": "备注", "Input": "输入", "Output": "输出",
  "Add input": "加输入列", "Add output": "加输出列", "Add rule": "加一行", "Expression": "取值", "Enter expression": "写取什么值",
  "Edit input": "修改输入列", "Edit output": "修改输出列", "Input label": "输入列名称", "Input label: ": "输入列名称：",
  "Input expression": "取值", "Input expression: ": "取值：", "Input type": "输入类型", "Input values": "可选的值",
  "Output label": "输出列名称", "Output label: ": "输出列名称：", "Output name": "变量名", "Output name: ": "变量名：",
  "Output type": "输出类型", "Output values": "可选的值", "Decision name": "决策表名称", "Decision name: ": "决策表名称：",
  "Hit policy": "命中方式", "Hit policy:": "命中方式：", "Resize": "调整列宽", "Move rule": "拖动这一行", "Type": "类型",
  "Predefined values": "可选的值", "Add predefined values": "加可选的值", "Add values": "加值", "Clear predefined values": "清空可选的值",
  "Custom values": "自己写的值", "No values": "没有值", "Values": "值", "Remove item": "移除", '"value", "value", ...': '"值一", "值二"', "View DRD": "看关系图",
  "Unique": "只能有一行命中", "First": "取最先命中的一行", "Any": "命中的结果要一样", "Collect": "汇集", "Priority": "按优先", "Rule order": "按行次",
  "Output order": "按输出次序", "Collect (Sum)": "汇总：合计", "Collect (Min)": "汇总：最小", "Collect (Max)": "汇总：最大", "Collect (Count)": "汇总：计数",
  "Move Input": "拖动这一列", "Move Output": "拖动这一列",
  "No overlap is possible and all rules are disjoint. Only a single rule can be matched": "各行不重叠，只会命中一行",
  "Rules may overlap. The first matching rule will be chosen": "各行可以重叠，取最先命中的一行",
  "Rules may overlap. The one with the highest priority will be chosen": "各行可以重叠，取优先的一行",
  "Rules may overlap. Their output have to match": "各行可以重叠，结果要一样",
  "Collects the values of all matching rules": "汇集命中各行的值",
  "Collects the values of all matching rules and sums up to a single value": "把命中各行的值加起来",
  "Collects the values of all matching rules and uses the lowest value": "取命中各行中最小的值",
  "Collects the values of all matching rules and uses the highest value": "取命中各行中最大的值",
  "Collects the values of all matching rules and counts the number of them": "数命中了几行",
  "Collects the values of all matching rules in rule order": "按行次汇集命中各行的值",
  "Collects the values of all matching rules in decreasing output priority order": "按优先次序汇集命中各行的值",
  "string": "文字", "boolean": "是或否", "number": "数字", "date": "日期", "time": "时间", "dateTime": "日期和时间",
  "dayTimeDuration": "时长", "yearMonthDuration": "年月", "Any type": "不限", "integer": "整数", "long": "长整数", "double": "小数",
};
const CELLS = {
  "Edit": "修改", "Edit boolean": "修改是或否", "Edit number": "修改数字", "Edit string": "修改文字", "Edit date": "修改日期",
  "Edit time": "修改时间", "Edit duration": "修改时长", "Edit date and time": "修改日期和时间", "Edit start date": "修改起始日期",
  "Edit end date": "修改截止日期", "Edit start time": "修改起始时间", "Edit end time": "修改截止时间",
  "Edit start date and time": "修改起始日期和时间", "Edit end date and time": "修改截止日期和时间",
  "Set date": "设日期", "Set time": "设时间", "Set duration": "设时长", "Set value": "设值", "Set date and time": "设日期和时间",
  "Yes": "是", "No": "否", "Value": "值", "Boolean value": "是或否", "String value": "文字", "Date value": "日期", "Time value": "时间",
  "Date and time value": "日期和时间", "Duration value": "时长", "Date": "日期", "Time": "时间", "Date and time": "日期和时间",
  "Start date": "起始日期", "End date": "截止日期", "Start time": "起始时间", "End time": "截止时间", "Start value": "起始值", "End value": "截止值",
  "Start date and time": "起始日期和时间", "End date and time": "截止日期和时间", "Before": "之前", "After": "之后", "Between": "之间",
  "Exactly": "正好", "Equals": "等于", "Greater": "大于", "Greater or equals": "大于或等于", "Less": "小于", "Less or equals": "小于或等于",
  "Include": "包含", "Exclude": "不包含", "Match one": "是其中一个", "Match none": "都不是", "Range": "范围", "Comparison": "比较",
  "Comparison operator": "怎样比较", "Test type": "判断方式", "Range start operator": "起点怎样比较", "Range start value": "起点",
  "Range end operator": "终点怎样比较", "Range end value": "终点", "Use now": "现在", "Use today": "今天",
  "Add cell description": "给单元格加说明", "Remove cell description": "去掉单元格说明", "Cell description": "单元格说明", "Expression language": "表达式语言",
  "Change cell expression language": "改单元格的表达式语言", "Expression language: {expressionLanguageLabel}": "表达式语言：{expressionLanguageLabel}",
  "Editing not supported for set expression language": "这种表达式语言不能修改", "Strings must be in double quotes": "文字要放在英文双引号里",
  "e.g. { example } ": "例如 { example } ", "e.g. { sample }": "例如 { sample }", "Decision table context menu": "表格菜单",
};

const WORDS = { ...HEAD, ...CELLS };
for (const [deed, words] of Object.entries(DEEDS)) {
  for (const [place, called] of Object.entries(PLACES)) WORDS[deed.replace("{}", place)] = words.replace("{}", called);
}
export const missing = new Set();

export function translate(text, values = {}) {
  const found = WORDS[text] ?? WORDS[text.trim()];
  if (found === undefined && /[A-Za-z]{2,}/.test(text)) missing.add(text);
  return (found ?? text).replace(/{\s*([^}\s]+)\s*}/g, (whole, name) => values[name] ?? whole);
}

const NAMED = ["title", "aria-label", "placeholder"];

// A few words stand in the editor itself, past its dictionary: they are changed where they appear.
export function translateBeneath(host) {
  const put = () => host.querySelectorAll("[title], [aria-label], [placeholder]").forEach((one) => {
    for (const name of NAMED) {
      const words = WORDS[one.getAttribute(name)];
      if (words && !one.closest(".bjs-powered-by")) one.setAttribute(name, words);
    }
  });
  new MutationObserver(put).observe(host, { childList: true, subtree: true, attributeFilter: NAMED });
  put();
}
