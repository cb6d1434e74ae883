// Every word that the editor shows, in Chinese; keys in small letters, as the editor and its panel differ in capitals.
// What has no word here is remembered, and a browser test fails on it.

const NODES = {
  "start event": "开始事件", "end event": "结束事件", "intermediate throw event": "中间事件", "boundary event": "边界事件",
  "intermediate catch event": "中间事件", "task": "普通任务", "user task": "用户任务", "manual task": "人工任务",
  "business rule task": "决策任务", "service task": "服务任务", "send task": "发送任务", "receive task": "接收任务",
  "script task": "脚本任务", "call activity": "调用活动", "sub-process": "子流程", "sub process": "子流程",
  "sub-process (expanded)": "子流程（展开）", "sub-process (collapsed)": "子流程（折叠）", "expanded sub process": "子流程",
  "collapsed sub process": "子流程（折叠）", "exclusive gateway": "排他网关", "parallel gateway": "并行网关",
  "inclusive gateway": "包容网关", "event-based gateway": "事件网关", "event based gateway": "事件网关",
  "complex gateway": "复杂网关", "transaction": "事务子流程", "event sub-process": "事件子流程",
  "ad-hoc sub-process": "自由子流程", "ad-hoc sub-process (collapsed)": "自由子流程（折叠）",
  "ad-hoc sub-process (expanded)": "自由子流程（展开）", "empty pool/participant (removes content)": "空泳池（去掉内容）",
  "sequence flow": "连线", "default flow": "默认连线", "conditional flow": "条件连线", "message flow": "消息流",
  "association": "关联线", "text annotation": "注释", "group": "分组框", "lane": "泳道", "participant": "泳池",
  "process": "流程", "collaboration": "流程图", "label": "名称", "data object reference": "数据对象",
  "data store reference": "数据存储", "expanded pool/participant": "展开的泳池", "empty pool/participant": "空泳池",
  "data input association": "数据关联", "data output association": "数据关联",
};
const EVENTS = {
  message: "消息", timer: "定时", error: "错误", escalation: "升级", signal: "信号", terminate: "终止",
  conditional: "条件", compensation: "补偿", compensate: "补偿", cancel: "取消", link: "链接",
};
const PLACES = {
  "start event": "开始事件", "end event": "结束事件", "boundary event": "边界事件",
  "intermediate catch event": "中间捕获事件", "intermediate throw event": "中间抛出事件",
};
const TOOLS = {
  "activate hand tool": "拖动画布", "activate lasso tool": "框选", "activate create/remove space tool": "挪出或收回空白",
  "activate global connect tool": "连线", "create start event": "开始事件", "create end event": "结束事件",
  "create intermediate/boundary event": "中间事件、边界事件", "create gateway": "网关", "create task": "用户任务",
  "create data object reference": "数据对象", "create data store reference": "数据存储",
  "create expanded sub-process": "子流程", "create pool/participant": "泳池", "create group": "分组框",
  "append end event": "接结束事件", "append gateway": "接网关", "append task": "接用户任务",
  "append intermediate/boundary event": "接中间事件", "append receive task": "接接收任务",
  "append message intermediate catch event": "接消息等待", "append timer intermediate catch event": "接定时等待",
  "append signal intermediate catch event": "接信号等待", "add text annotation": "加注释",
  "connect to other element": "连到别处", "connect using association": "用关联线连接",
  "connect using data input association": "用数据关联连接", "change element": "改类型", "change type": "改类型",
  "delete": "删除", "remove": "删除", "add lane above": "上方加泳道", "add lane below": "下方加泳道",
  "divide into two lanes": "分成两条泳道", "divide into three lanes": "分成三条泳道", "align elements": "对齐",
  "align elements left": "左对齐", "align elements right": "右对齐", "align elements top": "上对齐",
  "align elements bottom": "下对齐", "align elements center": "水平居中", "align elements middle": "垂直居中",
  "distribute elements horizontally": "水平均分", "distribute elements vertically": "垂直均分",
  "parallel multi-instance": "并行多实例", "sequential multi-instance": "串行多实例", "loop": "循环",
  "participant multiplicity": "多个参与者", "collection": "集合", "ad-hoc": "自由",
  "toggle non-interrupting": "切换是否中断", "open {element}": "打开 {element}", "open minimap": "打开缩略图",
  "close minimap": "关闭缩略图", "search in diagram": "在图中查找", "create element": "画", "append element": "接着画",
  "search": "查找", "undo": "撤销", "redo": "重做",
};
const PANEL = {
  "general": "基本", "name": "名称", "id": "编号", "documentation": "说明", "element documentation": "办理说明",
  "process documentation": "流程说明", "participant name": "泳池名称", "participant id": "泳池编号", "process name": "流程名称",
  "process id": "流程编号", "executable": "可执行", "message": "消息", "error": "错误", "signal": "信号", "escalation": "升级",
  "timer": "定时", "global message reference": "哪个消息", "global error reference": "哪个错误", "link": "链接",
  "global signal reference": "哪个信号", "global escalation reference": "哪个升级", "code": "代码", "type": "类型", "completion": "完成条件",
  "value": "值", "<none>": "未选", "create new ...": "新建…", "<empty>": "（空）", "toggle section": "展开或收起",
  "section contains edits": "有内容", "section contains an error": "有错误", "toggle list item": "展开或收起",
  "delete item": "删除", "create": "新建", "create new list item": "新建", "open documentation": "打开说明",
  "open pop-up editor": "放大编辑", "called element": "调用的流程", "compensation": "补偿", "multi-instance": "多实例",
  "select an element to edit its properties.": "点一个图形，在这里设置。", "wait for completion": "等待完成",
  "multiple elements are selected. select a single element to edit its properties.": "选中了几个图形，请只选一个来设置。",
  "id must not be empty.": "编号不能为空。", "id must not contain spaces.": "编号不能有空格。", "completion condition": "完成条件",
  "id must be unique.": "编号不能重复。", "id must be a valid qname.": "编号只能用字母、数字、下划线，不以数字开头。",
  "id must not contain prefix.": "编号不能有冒号。", "activity reference": "活动", "loop cardinality": "次数",
  "list contains {numofitems} item": "共 {numOfItems} 项", "list contains {numofitems} items": "共 {numOfItems} 项",
};
const FAULTS = {
  "no diagram to display": "文件里没有图", "no process or collaboration to display": "文件里没有流程",
  "failed to import {element}": "{element} 打不开", "flow elements must be children of pools/participants": "图形要画在泳池里",
  "element {element} referenced by {referenced}#{property} not yet drawn": "{referenced} 引用的 {element} 没有画出来",
};

const WORDS = { ...NODES, ...TOOLS, ...PANEL, ...FAULTS };
export const missing = new Set();

function ofEvent(key) {
  const open = key.replace(/ \(non[- ]interrupting\)$/, "");
  const [first, ...rest] = open.split(" ");
  const place = PLACES[rest.join(" ")];
  if (!EVENTS[first] || !place) return undefined;
  return `${EVENTS[first]}${place}${open === key ? "" : "（不中断）"}`;
}

// The name of a thing that an administrator gave is no word of ours: it is Chinese, or an id.
function wordOf(text) {
  const key = text.trim().toLowerCase();
  return WORDS[key] ?? ofEvent(key);
}

export function translate(text, values = {}) {
  const found = wordOf(String(text));
  if (found === undefined && /[A-Za-z]{2,}/.test(text)) missing.add(text);
  return (found ?? text).replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}
