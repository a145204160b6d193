"""Whether a text denies what a word says, or warns of it."""

import re

# "不收押金" and "绝不拖欠工资" deny what the word says. A fee that the firm bears is no fee.
# "无需经验" denies the experience and nothing after it; "只收" ends what was denied before it.
_DENIED_BEFORE = re.compile(
    r"(?:不收|不需|不用|不必|无需|无须|没有|没收|从不|绝不|决不|不会(?=[以因收要向让叫拖扣欠])|永不|不交|不存在"
    r"|杜绝|不涉及|不做|不搞|绝无|并非|不是|不含|拒绝|远离|严禁|禁止|不得|免|无(?!论)|非(?=刷|跑|中介)|零|(?<![\d.])0"
    r"|公司承担|公司出|报销)"
    r"(?!要?(?:经验|学历|面试|技术|技能|基础|门槛|出门|坐班|时间|限制|电脑|工作经验|任何经验))"
    r"(?![^，。；！？,.;!?:\n]{0,18}(?:只[收需]|仅[收需]|但|另[收需]|需交|要交|自理|就能|只要))"
    r"[^，。；！？,.;!?:\n]{0,18}(?:[，,](?:包括|例如|比如|如|也不)[^，。,.\n]{0,8})?$|不$"
)
_DENIED_AFTER = re.compile(
    r"(?:一律|全部|等)?(?:全免|免收|不收|(?:由公司|公司)(?:承担|支付|出|报销))|[^，。；！？,;!?\n]{0,12}(?:报销|承担)"
)
_LOOK_BACK = 34

# "谨防刷单" in an advertisement is advice, not the scheme; so is "刷单的不要来".
_WARNED_BEFORE = re.compile(
    r"(?:谨防|警惕|防止|防范|当心|小心|切勿|不要(?:相信|轻信|参与)|请勿(?:相信|轻信|参与|从事)|勿信|勿轻信|别信|拒绝|抵制|举报"
    r"|杜绝|远离|打击|严禁|禁止|并非|不是|凡是?(?:要|以|让|叫|遇到|说)|如遇|遇到|任何要求|不从事|不涉及|防骗|反诈|什么叫|讲解|宣讲"
    r"|谁[向要问]|如有人|任何人|[给向为](?:学员|客户|顾客|租客|会员|客人|患者|家长))[^，,。！？!?\n]{0,16}$"
    r"|(?:不要|不许|不准|不得|别)(?!经验|学历|犹豫|错过|担心|怕)[^，,。！？!?\n]{0,5}$|[都全均]是[^，,。！？!?\n]{0,2}$"
    r"|不(?:索要|接触|代取|代收|拍|扣|签|押|刷|租|卖|借)$"
)
_WARNED_AFTER = re.compile(
    r"[^。！？!?；;，,\n]{0,10}(?:诈骗|骗局|陷阱|骗术|的危害)"
    r"|[^。！？!?\n]{0,26}(?:都?挂掉|打96110|拨打96110|，报警|别信|都别给)"
    r"|[^。！？!?\n]{0,20}(?:(?:都|均|一律|全|皆)[是为属]于?(?:诈骗|骗子?|骗局|违法|假|骗人)|请勿相信|不要相信|不要轻信"
    r"|请举报|请报警|立即报警|及时报警|一律举报|与本(?:公司|店|单位)无关)"
    r"|[的者人]{0,2}[，,]?\s?请?(?:不要来|别来|勿来|勿扰|绕道|绕行|免谈|走开|勿进|别加|勿加|一律不[收要])"
)


def is_denied(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start]
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(text, end))


def is_warned_of(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start]
    return bool(_WARNED_BEFORE.search(before) or _WARNED_AFTER.match(text, end))
