"""What a diagram may be made of: every tag and attribute we take, what to say about the rest."""

from __future__ import annotations

from collections.abc import Mapping

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
FLOW = "http://anguan.gov.example/flow"
COLOURS = frozenset(
    {
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    }
)
MODELER = "http://camunda.org/schema/modeler/1.0"
DI = "http://www.omg.org/spec/DD/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"

NODES: Mapping[str, str] = {
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "userTask": "用户任务",
    "manualTask": "人工任务",
    "businessRuleTask": "决策任务",
    "serviceTask": "服务任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关",
    "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件",
    "boundaryEvent": "边界事件",
    "subProcess": "子流程",
    "callActivity": "调用活动",
}
"""Flow nodes that the engine runs for us, and their names in Chinese."""

REFUSED: Mapping[str, tuple[str, str]] = {
    "scriptTask": (
        "脚本任务",
        "系统不运行脚本；判断请用决策任务（DMN），系统动作请用服务任务，选“系统动作”（flow:action）",
    ),
    "script": ("脚本", "系统不运行脚本，请删除"),
    "task": ("普通任务", "它没有办理人，请改为用户任务"),
    "complexGateway": ("复杂网关", "请改用排他、并行或包容网关"),
    "adHocSubProcess": ("自由子流程", "请改用普通子流程，或用“会签方式”（flow:sign）"),
    "transaction": ("事务子流程", "请改用普通子流程"),
    "subConversation": ("会话", "请删除"),
    "standardLoopCharacteristics": ("循环标记", "请用网关画出回路，回路中要有人办理"),
    "multiInstanceLoopCharacteristics": (
        "多实例标记",
        "请用“会签方式”（flow:sign：any、all、vote 或 order）",
    ),
    "conditionalEventDefinition": ("条件事件", "请改用网关上的条件，或定时器、消息事件"),
    "compensateEventDefinition": ("补偿事件", "请把善后步骤直接画出来"),
    "cancelEventDefinition": ("取消事件", "请改用错误事件或终止结束事件"),
    "linkEventDefinition": ("链接事件", "请直接用连线"),
    "ioSpecification": ("输入输出说明", "数据由表单带入，请删除"),
    "dataInputAssociation": ("数据输入关联", "数据由表单带入，只作说明时请改用关联线"),
    "dataOutputAssociation": ("数据输出关联", "数据由表单带入，只作说明时请改用关联线"),
    "dataStore": ("数据存储", "请删除，只作说明时请改用注释"),
    "dataStoreReference": ("数据存储", "请删除，只作说明时请改用注释"),
    "property": ("变量声明", "变量由表单声明，请删除"),
    "correlationProperty": ("消息关联", "消息按“发给”（flow:to）送达，请删除"),
    "correlationKey": ("消息关联", "消息按“发给”（flow:to）送达，请删除"),
    "correlationSubscription": ("消息关联", "消息按“发给”（flow:to）送达，请删除"),
    "import": ("外部引用", "系统不读取外部文件，请删除"),
    "extension": ("扩展声明", "请删除"),
    "interface": ("接口", "系统动作请用服务任务，选“系统动作”（flow:action）"),
    "operation": ("操作", "系统动作请用服务任务，选“系统动作”（flow:action）"),
    "resource": ("资源", "请用“办理人”（flow:role、flow:scope）"),
    "performer": ("办理人", "请用“办理人”（flow:role、flow:scope）"),
    "humanPerformer": ("办理人", "请用“办理人”（flow:role、flow:scope）"),
    "potentialOwner": ("候选人", "请用“办理人”（flow:role、flow:scope）"),
    "resourceRole": ("资源角色", "请用“办理人”（flow:role、flow:scope）"),
    "rendering": ("界面", "请用“表单”（flow:form）"),
    "globalTask": ("全局任务", "请改为流程"),
    "globalScriptTask": ("全局脚本", "系统不运行脚本，请删除"),
    "globalUserTask": ("全局任务", "请改为流程"),
    "choreography": ("编排图", "请改画流程图"),
}
"""Elements that an editor may write and we do not take: their name, and what to use instead."""

REFUSED_NODES = frozenset(
    {"scriptTask", "task", "complexGateway", "adHocSubProcess", "transaction"}
)
"""Of those, the ones that flows join; kept in the graph so that one fault is one finding."""

_NODE = "default isForCompensation startQuantity completionQuantity implementation"
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    tag: frozenset(f"id name {extra}".split())
    for tag, extra in {
        "definitions": "targetNamespace exporter exporterVersion expressionLanguage typeLanguage",
        "process": "isExecutable processType isClosed",
        "collaboration": "isClosed",
        "participant": "processRef",
        "participantMultiplicity": "minimum maximum",
        "messageFlow": "sourceRef targetRef messageRef",
        "laneSet": "",
        "childLaneSet": "",
        "lane": "",
        "flowNodeRef": "",
        "sequenceFlow": "sourceRef targetRef isImmediate",
        "incoming": "",
        "outgoing": "",
        "conditionExpression": "language",
        "documentation": "textFormat",
        "extensionElements": "",
        "startEvent": "isInterrupting parallelMultiple",
        "endEvent": "",
        "userTask": _NODE,
        "manualTask": _NODE,
        "businessRuleTask": _NODE,
        "serviceTask": _NODE,
        "sendTask": f"{_NODE} messageRef",
        "receiveTask": f"{_NODE} messageRef instantiate",
        "exclusiveGateway": "default gatewayDirection",
        "inclusiveGateway": "default gatewayDirection",
        "parallelGateway": "gatewayDirection",
        "eventBasedGateway": "gatewayDirection instantiate eventGatewayType",
        "intermediateCatchEvent": "parallelMultiple",
        "intermediateThrowEvent": "",
        "boundaryEvent": "attachedToRef cancelActivity parallelMultiple",
        "subProcess": f"{_NODE} triggeredByEvent",
        "callActivity": f"{_NODE} calledElement",
        "timerEventDefinition": "",
        "timeDate": "language",
        "timeDuration": "language",
        "timeCycle": "language",
        "messageEventDefinition": "messageRef",
        "signalEventDefinition": "signalRef",
        "errorEventDefinition": "errorRef",
        "escalationEventDefinition": "escalationRef",
        "terminateEventDefinition": "",
        "message": "",
        "signal": "",
        "error": "errorCode",
        "escalation": "escalationCode",
        "dataObject": "isCollection",
        "dataObjectReference": "dataObjectRef",
        "dataState": "",
        "textAnnotation": "textFormat",
        "text": "",
        "association": "sourceRef targetRef associationDirection",
        "group": "categoryValueRef",
        "category": "",
        "categoryValue": "value",
    }.items()
}
"""Every BPMN tag we take, and the attributes without a namespace that it may carry."""

FIXED: Mapping[str, frozenset[str]] = {
    "isForCompensation": frozenset({"false"}),
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "parallelMultiple": frozenset({"false"}),
    "instantiate": frozenset({"false"}),
    "triggeredByEvent": frozenset({"false"}),
    "isInterrupting": frozenset({"true"}),
    "isImmediate": frozenset({"true", "false"}),
    "eventGatewayType": frozenset({"Exclusive"}),
    "cancelActivity": frozenset({"true", "false"}),
    "isExecutable": frozenset({"true", "false"}),
    "implementation": frozenset({"##unspecified", "##WebService", "##unspecified "}),
    "language": frozenset({"feel", "FEEL", "https://www.omg.org/spec/DMN/20191111/FEEL/"}),
}
"""Attributes that other editors write out with their default value, and the values we take."""

FIXED_HINTS: Mapping[str, str] = {
    "triggeredByEvent": "事件子流程会让正在办理的任务悬空，请改用子流程上的中断型边界消息事件",
    "isForCompensation": "补偿活动请直接画出善后步骤",
    "instantiate": "请用带消息的开始事件启动流程",
    "parallelMultiple": "并行多重事件请拆成几个事件",
    "isInterrupting": "非中断开始事件请改用边界事件",
    "language": "表达式只用 FEEL，请删除该属性",
}

DIAGRAM_TAGS: Mapping[str, frozenset[str]] = {
    BPMNDI: frozenset(
        {"BPMNDiagram", "BPMNPlane", "BPMNShape", "BPMNEdge", "BPMNLabel", "BPMNLabelStyle"}
    ),
    DC: frozenset({"Bounds", "Font", "Point"}),
    DI: frozenset({"waypoint", "extension"}),
}
_IDENTITY = "id name documentation bpmnElement labelStyle sourceElement targetElement"
_MARKERS = "isHorizontal isExpanded isMarkerVisible isMessageVisible messageVisibleKind"
_KINDS = "participantBandKind choreographyActivityShape resolution"
_MEASURES = "x y width height size isBold isItalic isUnderline isStrikeThrough"
DIAGRAM_ATTRIBUTES = frozenset(f"{_IDENTITY} {_MARKERS} {_KINDS} {_MEASURES}".split())
NUMBERS = frozenset({"x", "y", "width", "height", "size", "resolution"})
COLOUR_ATTRIBUTES = frozenset({"stroke", "fill", "color", "background-color", "border-color"})

FOREIGN: Mapping[str, str] = {
    "assignee": "请用“办理人”（flow:role、flow:scope）",
    "candidateGroups": "请用“办理人”（flow:role、flow:scope）",
    "candidateUsers": "请用“办理人”（flow:role、flow:scope）",
    "assignmentDefinition": "请用“办理人”（flow:role、flow:scope）",
    "formKey": "请用“表单”（flow:form）",
    "formRef": "请用“表单”（flow:form）",
    "formDefinition": "请用“表单”（flow:form）",
    "formData": "请用“表单”（flow:form）",
    "properties": "请用“表单”（flow:form），其余请删除",
    "dueDate": "请用“办理时限”（flow:sla）",
    "followUpDate": "请用“办理时限”（flow:sla）",
    "taskListener": "系统不运行监听器；系统动作请用服务任务，选“系统动作”（flow:action）",
    "executionListener": "系统不运行监听器；系统动作请用服务任务，选“系统动作”（flow:action）",
    "inputOutput": "数据由表单带入，请删除",
    "ioMapping": "数据由表单带入，请删除",
    "preScript": "系统不运行脚本；判断请用决策任务（DMN）",
    "postScript": "系统不运行脚本；判断请用决策任务（DMN）",
    "serviceTaskOperator": "请用“系统动作”（flow:action）",
    "class": "请用“系统动作”（flow:action）",
    "expression": "请用“系统动作”（flow:action）",
    "delegateExpression": "请用“系统动作”（flow:action）",
    "connector": "请用“系统动作”（flow:action）",
    "topic": "请用“系统动作”（flow:action）",
    "taskDefinition": "请用“系统动作”（flow:action）",
    "messagePayload": "消息不带表达式，请删除",
    "messageVariable": "消息不带变量，请删除",
    "processVariableCorrelation": "消息按“发给”（flow:to）送达，请删除",
    "instructionsForEndUser": "办理说明请写在元素的文档（documentation）里",
}
"""Words of other products' namespaces, and what stands for them here."""

TO_DECLARE = "新变量请在表单里勾选“流程图的条件、决策表可以用这个字段”（x-route）"
"""What to do where an expression or a table reads a name that nothing declares."""
