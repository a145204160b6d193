"""Whether a text denies what a word says, warns of it, or says it of somebody else's money."""

import re


def _match_any(words: str) -> str:
    """Any of these, parted by blanks, as a pattern that is quickly done where none begins."""
    alternatives = words.split()
    heads = "".join(sorted({word[0] for word in alternatives}))
    return f"(?=[{heads}])(?:{'|'.join(alternatives)})"


_STOP = r"，。；！？,;!?\n"
# "不收押金" and "绝不拖欠工资" deny what the word says. A fee that the firm bears is no fee.
# "无需经验" denies the experience and nothing after it; "只收" ends what was denied before it.
_DENIALS = _match_any(
    "不收 不需 不用 不必 无需 无须 没有 没收 从不 绝不 决不 不会(?=[以因收要向让叫拖扣欠]) 永不 不交 不存在 杜绝 "
    "不涉及 不做 不搞 绝无 并非 不是 不含 拒绝 远离 严禁 禁止 不得 免 无(?!论) 非(?=刷|跑|中介) 零 "
    r"0(?<![\d.]0) 不[碰接带送] 不[向对跟找问](?=[^，。；！？,;!?\n]{1,8}[收要]) 公司承担 公司出 报销"
)
_DENIED_BEFORE = re.compile(
    rf"{_DENIALS}"
    r"(?!要?(?:经验|学历|面试|技术|技能|基础|门槛|出门|坐班|时间|限制|电脑|工作经验|任何经验))"
    r"(?![^，。；！？,.;!?:\n]{0,18}(?:只[收需]|仅[收需]|但|另[收需]|需交|要交|自理|就能|只要))"
    r"[^，。；！？,.;!?:\n]{0,18}(?:[，,](?:包括|例如|比如|如|也不)[^，。,.\n]{0,8})?$|不$"
)
_PAYERS = "社区|店里|工坊|公司|单位|厂里|学校|我们|主办方|机构|园里|馆里|街道|平台"
_DENIED_AFTER = re.compile(
    r"(?:一律|全部|等)?(?:全免|免收|不收|(?:由公司|公司)(?:承担|支付|出|报销))"
    rf"|[^{_STOP}]{{0,12}}(?:报销|承担(?<!自行承担)(?<!自己承担)(?<!个人承担))"
    rf"|费?由?(?:{_PAYERS})[^{_STOP}]{{0,1}}(?:出(?!具)|包|提供)"
    rf"|[^{_STOP}]{{0,6}}(?:没有这|没这[种个]|不存在|已经?取消|免除)"
)
# Money of those who are served, not of those who look for work: 选手已交报名费, 负责收押金.
_SERVED = _match_any(
    "学员 学生们 客户 客人 顾客 宾客 租客 租户 会员 患者 病人 家长 业主 住客 旅客 游客 乘客 读者 选手 参赛者 参赛人员 "
    "观众 买家 买主 新人 雇主 用户 考生 访客 消费者 商户 摊主 司机们 厂方 用工单位 用人单位 居民 市民"
)
_DUTIES = _match_any(
    f"负责(?!人) 工作(?:内容)?[是为含] 内容[是为含] 核对 催收 清点 整理 办理[^{_STOP}]{{0,6}}[、和]"
)
_OF_OTHERS = re.compile(rf"{_SERVED}[^你您我{_STOP}]{{0,16}}$|{_DUTIES}[^你您我{_STOP}]{{0,14}}$")
_COLLECTED = re.compile(r"[收退]取?$")
_THEIRS_AFTER = re.compile(
    r"[^，。；！？,;!?\n\d先]{0,4}(?:后|、|并|再)(?:开(?:收据|票|单)|交(?:给)?财务|入账)"
)
_FOR_SALE = re.compile(r"材料[^，。]{0,2}(?:标价|明码)?(?:销售|售卖|出售)")
_SELLING = re.compile(r"(?:卖|售)$")
_LOOK_BACK = 34

# Not a scheme by these words: "不是骗局", "绝不违法" are what swindlers say.
_BAD = _match_any(
    "诈骗 骗局 骗术 骗子 陷阱 黑中介 违法 犯罪 坐牢 判刑 刑责 追究 担责 的危害 保险不赔"
)
_BAD = rf"(?<!不是)(?<![不非无没有算于会及]){_BAD}"
# "谨防刷单" in an advertisement is advice, not the scheme; so is "刷单的不要来".
_WARNINGS = _match_any(
    "谨防 警惕 防止 防范 当心 小心 切勿 不要(?:相信|轻信|参与) 请勿(?:相信|轻信|参与|从事) 勿信 勿轻信 别信 拒绝 抵制 "
    "举报 杜绝 远离 打击 严禁 禁止 并非 不是 凡是?[要以让叫遇说] 如遇 遇到 任何要求 不从事 不涉及 防骗 反诈 什么叫 "
    "讲解 宣讲 骗子 不法分子 诈骗分子 犯罪分子 不会(?:要求|让|叫|向|主动|索) 识别 谁[向要问] 如有人 任何人"
)
_SWINDLERS = _match_any("骗子 不法分子 诈骗分子 犯罪分子")
_FORBIDS = _match_any("不要 不许 不准 不得 别")
_WARNED_BEFORE = re.compile(
    rf"{_WARNINGS}[^，,。！？!?\n]{{0,16}}$"
    rf"|{_FORBIDS}(?!经验|学历|犹豫|错过|担心|怕)[^，,。！？!?\n]{{0,5}}$|[都全均]是[^，,。！？!?\n]{{0,2}}$"
    rf"|{_SWINDLERS}[^。！？!?\n]{{0,24}}$"
    r"|不(?:索要|接触|代取|代收|拍|扣|签|押|刷|租|卖|借)$"
)
_GO_AWAY = _match_any(
    "不要来 不要打扰 别来 别找 勿来 勿扰 绕道 绕行 免谈 走开 滚 闪开 让路 止步 退散 自重 勿进 "
    "别加 别打扰 勿加 一律不[收要]"
)
_ALL_ARE = " ".join(
    f"{all_of_it}[是为]{what}"
    for all_of_it in ("都", "均", "一律", "全", "皆", "统统", "通通")
    for what in (f"于?{_BAD}", "[假骗坑]")
)
_REPORT_IT = _match_any(
    "挂掉 都挂掉 打96110 拨打96110 ，报警 别信 都别给 请勿相信 不要相信 不要轻信 请举报 请报警 立即报警 及时报警 "
    f"一律举报 与本(?:公司|店|单位)无关 属于?{_BAD} {_ALL_ARE}"
)
_WARNED_AFTER = re.compile(
    rf"[^。！？!?；;，,\n]{{0,10}}{_BAD}"
    rf"|[^。！？!?\n]{{0,26}}{_REPORT_IT}"
    rf"|[的者人党]{{0,2}}[，,]?\s?请?{_GO_AWAY}"
    rf"|[^。！？!?；;，,\n]{{0,8}}[，,][^。！？!?；;，,\n]{{0,8}}(?<![不非无没有算于会及是])(?:保险不赔|违法|坐牢|判刑|犯罪)"
)
# Within what is said: "银行卡别借给别人".
_FORBIDDEN = re.compile(
    rf"{_match_any('别 不要 切勿 请勿 不得 不能 不可 不许 严禁 禁止')}(?:把|将|再)?"
    r"(?:出?[借租卖售]|买卖|收购|转[借租卖])"
)


def is_forbidden(words: str) -> bool:
    return bool(_FORBIDDEN.search(words))


def is_denied(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start]
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(text, end))


def belongs_to_others(text: str, start: int, end: int) -> bool:
    """Of a word for money or papers only: 帮买家刷单 is still the scheme."""
    before = text[max(0, start - _LOOK_BACK) : start]
    if _OF_OTHERS.search(before):
        return True
    if text.startswith("材料", start) and (_SELLING.search(before) or _FOR_SALE.match(text, start)):
        return True
    return bool(_COLLECTED.search(before) and _THEIRS_AFTER.match(text, end))


def is_warned_against(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start]
    return bool(_WARNED_BEFORE.search(before) or _WARNED_AFTER.match(text, end))
