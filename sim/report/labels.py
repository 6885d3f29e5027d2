"""Every word of the report, in English and Chinese; what comes from the config brings its own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.report.subject import Subject

WORDS: Mapping[str, tuple[str, str]] = {
    # ---- what became of an errand ----
    "raised": ("Errands raised", "出行需求"),
    "met": ("Met", "已满足"),
    "met_walk": ("Met on foot", "步行满足"),
    "met_delivery": ("Met by delivery", "送货满足"),
    "met_home_service": ("Met at home", "上门服务满足"),
    "met_online": ("Met online", "网购满足"),
    "unmet": ("Unmet", "未满足"),
    "met_walk.means": ("served at an outlet that somebody walked to", "有人步行到网点并得到服务"),
    "met_delivery.means": (
        "brought to the door by an outlet's courier, for who cannot walk or was not served on foot",
        "由网点送货到家（不能步行，或步行未能得到服务的居民）",
    ),
    "met_home_service.means": (
        "done at home by an outlet's staff, for who cannot walk or was not served on foot",
        "由网点人员上门办理（不能步行，或步行未能得到服务的居民）",
    ),
    "met_online.means": ("ordered online before anybody walks", "出门之前已在网上下单"),
    "unmet.means": (
        "given up, or never possible; the reason is the last thing that stood in the way",
        "放弃或根本无法实现；原因取最后一道障碍",
    ),
    # ---- why an errand stays unmet ----
    "no_outlet": ("No outlet", "无此业态"),
    "too_far": ("Too far", "步行太远"),
    "limited": ("Limited choice", "品类不全"),
    "not_admitted": ("Not admitted", "不对其开放"),
    "unknown": ("Not known", "不知晓"),
    "closed": ("Closed", "已关门"),
    "full": ("Full", "满员"),
    "queue": ("Queue too long", "排队太久"),
    "no_carer": ("No carer", "无人陪同"),
    "cannot_walk": ("Cannot walk", "不能步行"),
    "no_outlet.means": ("nothing in the layout offers it", "布局中没有提供该项服务的网点"),
    "too_far.means": (
        "offered, but farther than the resident walks for it",
        "有网点，但超出居民可接受的步行距离",
    ),
    "limited.means": (
        "within the walk, but what is wanted is not in its limited assortment",
        "步行可达，但品类有限，没有所要的",
    ),
    "not_admitted.means": (
        "within the walk, but not for this person (an outlet inside a closed compound)",
        "步行可达，但不对该居民开放（如封闭小区内的网点）",
    ),
    "unknown.means": ("within the walk, but the resident has not heard of it", "步行可达，但居民不知道"),
    "closed.means": (
        "within the walk, but not open when the resident would arrive or be served",
        "步行可达，但到达或轮到时未营业",
    ),
    "full.means": (
        "the day's places or stock were spent, or no room was left",
        "当日名额或库存用完，或已无空位",
    ),
    "queue.means": ("the wait was longer than the resident's patience", "等候时间超过居民的耐心"),
    "no_carer.means": ("a child with nobody to walk with", "儿童无人陪同步行"),
    "cannot_walk.means": (
        "a housebound resident, nobody to go instead, and nobody comes to the home",
        "居家不能外出，无人代办，也无人送货或上门",
    ),
    # ---- who ----
    "0-2": ("0–2", "0–2岁"),
    "3-5": ("3–5", "3–5岁"),
    "6-14": ("6–14", "6–14岁"),
    "15-59": ("15–59", "15–59岁"),
    "60-69": ("60–69", "60–69岁"),
    "70-79": ("70–79", "70–79岁"),
    "80+": ("80+", "80岁以上"),
    "all": ("All", "全部"),
    "all_needs": ("All needs", "全部需求"),
    "all_ages": ("All ages", "各年龄段合计"),
    "independent": ("Walk independently", "独立步行"),
    "slow": ("Walk slowly, not far", "行动缓慢"),
    "housebound": ("Housebound", "居家不能外出"),
    # ---- names that the packaged configs give ----
    "north": ("north", "北片"),
    "middle": ("middle", "中片"),
    "south": ("south", "南片"),
    "new_district": ("new district", "新区"),
    "old_town": ("old town", "老城"),
    "outskirts": ("outskirts", "城市远郊"),
    "city": ("city", "城市"),
    "zone_of_kind": ("{kind} {n}", "{kind}{n}"),
    "n_of_kind": ("{n} of {kind}", "{kind}{n}个"),
    "n_zones_kinds": ("{n} ({kinds})", "共{n}个（{kinds}）"),
    "kind_share": ("{kind} ({n}): {share} unmet", "{kind}（{n}个）：未满足{share}"),
    "basic": ("Basic", "基本保障类业态"),
    "quality": ("Quality", "品质提升类业态"),
    "public": ("Public", "公共服务设施"),
    "place": ("place", "研究范围"),
    "layout_n": ("Layout {n}", "布局{n}"),
    # ---- measures ----
    "unmet_share": ("Unmet share of errands", "未满足需求占比"),
    "mean_time_min": ("Mean minutes to service", "平均到达服务时间（分钟）"),
    "mean_time_min_each": ("Mean minutes to service, all met under each", "平均到达服务时间（各自全部，分钟）"),
    "share_15_min_each": ("Served within 15 min, all met under each", "15分钟内得到服务（各自全部）"),
    "share_15_min": ("Served within 15 min", "15分钟内得到服务"),
    "walk_min_per_day": ("Minutes walked per resident and day", "人均每日步行（分钟）"),
    "gini_access": ("Gini of access", "可达性基尼系数"),
    "palma_access": ("Palma ratio of access", "可达性帕尔马比值"),
    "gini_met": ("Gini of errands met", "需求满足基尼系数"),
    "gap_80_adult": ("Unmet at 80+ less 15–59", "80岁以上与15–59岁未满足之差"),
    # ---- scores, as officials count them ----
    "basic_formats": ("Basic formats that stand there", "基本保障类业态数"),
    "quality_formats": ("Quality formats that stand there", "品质提升类业态数"),
    "outlets_per_1000": ("Outlets per 1,000 residents", "每千人网点数"),
    "childcare_places_per_1000": ("Childcare places per 1,000 residents", "每千人托位数"),
    "meal_points_per_1000": ("Meal points per 1,000 residents", "每千人助餐点数"),
    "space_m2_per_100_households": (
        "Community service space per 100 households (m²)",
        "每百户社区综合服务设施面积（平方米）",
    ),
    "domains": ("Domains within 15 min of four residents in five", "八成居民15分钟可达的领域数"),
    # ---- numbers ----
    "points": ("{value} points", "{value}个百分点"),
    "minutes": ("{value} min", "{value}分钟"),
    "yuan": ("{value} yuan", "{value}元"),
    "wan_yuan": ("{value} yuan", "{value}万元"),
    "interval": ("{value} (95 % interval {low} to {high})", "{value}（95%置信区间 {low} 至 {high}）"),
    "interval_zero": (
        "{value} (95 % interval {low} to {high}, which contains zero)",
        "{value}（95%置信区间 {low} 至 {high}，包含零）",
    ),
    "all_alike": ("{value} (no interval: all seeds are alike)", "{value}（各随机种子完全相同，无置信区间）"),
    "few_star": (
        "* rests on fewer than 100 errands: do not build on it.",
        "* 依据不足100次出行需求，不宜据此下结论。",
    ),
    "no_interval": ("{value} (no interval from a single seed)", "{value}（仅一个随机种子，无置信区间）"),
    "interval_short": ("{value} ({low} to {high})", "{value}（{low} 至 {high}）"),
    "seeds_days": ("{seeds} seeds × {days} days", "{seeds}个随机种子 × {days}天"),
    "seed_days": ("1 seed × {days} days", "1个随机种子 × {days}天"),
    "and": (" and ", "和"),
    "comma": (", ", "、"),
    "stop": (". ", "。"),
    "semicolon": ("; ", "；"),
    "reason_share": ("{reason} ({share})", "{reason}（{share}）"),
    "age_change": ("aged {age}, by {difference}", "{age}居民，为{difference}"),
    "quoted": ("“{name}”", "“{name}”"),
    # ---- the answer ----
    "answer.best": (
        "{best} serves residents better than {base}: {value} of errands stay unmet, against {base_value}; "
        "the paired difference is {difference}, about {per_day} errands a day.",
        "{best}比{base}更能满足居民需求：未满足需求占比为{value}，{base}为{base_value}；配对差异为"
        "{difference}，约合每天{per_day}次出行。",
    ),
    "answer.best_one_seed": (
        "In the one seed that was run, {best} leaves least unmet: {value} of errands, against "
        "{base_value} under {base}; the difference is {difference}, so it may be chance.",
        "在仅有的一次随机模拟中，{best}的未满足需求最少：占比{value}，{base}为{base_value}；差异为"
        "{difference}，可能只是偶然。",
    ),
    "answer.best_only_unserved": (
        "{best} leaves less unmet than {base} only in needs for which no outlet stands under {base}: {value} of all "
        "errands stay unmet, against {base_value}; the difference is {difference}, about {per_day} errands a day.",
        "{best}仅在{base}没有任何网点的需求上优于{base}：全部需求中未满足占比为{value}，{base}为{base_value}；配对差异为"
        "{difference}，约合每天{per_day}次出行。",
    ),
    "answer.best_mostly_unserved": (
        "{best} leaves less unmet than {base}, mostly in needs for which no outlet stands under {base}: {value} of all "
        "errands stay unmet, against {base_value}; the difference is {difference}, about {per_day} errands a day.",
        "{best}优于{base}，但主要体现在{base}没有任何网点的需求上：全部需求中未满足占比为{value}，{base}为{base_value}；"
        "配对差异为{difference}，约合每天{per_day}次出行。",
    ),
    "answer.split": (
        " Of this difference, in needs that {base} serves at all: {served}; in the {n} needs for which no outlet "
        "stands in it: {unserved}. The latter is a gain only if such outlets are truly missing, and not from the data.",
        "其中，{base}已有网点的需求为{served}；{base}没有任何网点的{n}类需求为{unserved}。后者只有在这些网点确实不存在、"
        "而非数据缺失时才算改善。",
    ),
    "answer.no_part": ("none are raised", "没有此类需求"),
    "answer.covers": (
        " Intervals are over seeds: they do not cover what the assumptions or the map get wrong.",
        "置信区间只反映随机种子的差异，不包含假定或地图数据的错误。",
    ),
    "answer.nothing": (
        "Nobody raised any errand in the days that were simulated, so there is nothing to compare.",
        "在所模拟的日子里没有产生任何出行需求，因此无从比较。",
    ),
    "caution.unserved": (
        "{n} needs have no outlet at all under {base}: {needs}. They are {share} of all errands. If such outlets "
        "exist, they are missing from the data: give them (place.outlets.file) before relying on the answer.",
        "{base}中有{n}类需求没有任何网点：{needs}，占全部需求的{share}。若实际存在此类网点，则是数据缺失：请先补充"
        "（place.outlets.file）再采用结论。",
    ),
    "caution.note": ("{grade}: {text}", "{grade}：{text}"),
    "caution.few_seeds": (
        "Seeds: {n}. From fewer than {least}, intervals are wide and say little: raise study.seeds.",
        "随机种子仅{n}个。少于{least}个时置信区间很宽、意义有限：请增大 study.seeds。",
    ),
    "caution": ("Before you rely on this answer", "采用结论之前请注意"),
    "answer.not_apart": (
        "None of the alternatives can be said to serve residents better than {base}, under which "
        "{base_value} of errands stay unmet: the nearest, {best}, has {value}, a paired difference of "
        "{difference}.",
        "没有任何备选布局能被证明优于{base}（其未满足需求占比为{base_value}）：最接近的{best}为{value}，配"
        "对差异为{difference}。",
    ),
    "answer.first_best": (
        "{base} serves residents better than every alternative: {base_value} of errands stay unmet; under "
        "the nearest, {best}, {value}, a paired difference of {difference}.",
        "{base}优于所有备选布局：未满足需求占比为{base_value}；最接近的{best}为{value}，配对差异为{difference}。",
    ),
    "answer.single": (
        "Under {base}, {base_value} of errands stay unmet{interval}; there is no second layout to compare it with.",
        "在{base}下，未满足需求占比为{base_value}{interval}；没有其他布局可供比较。",
    ),
    "answer.level_interval": (" (95 % interval {low} to {high})", "（95%置信区间 {low} 至 {high}）"),
    "answer.level_one_seed": (" (no interval from a single seed)", "（仅一个随机种子，无置信区间）"),
    "answer.second_tied": (
        " {second} cannot be told from it (paired difference {difference}).",
        "{second}与其无法区分（配对差异{difference}）。",
    ),
    "answer.worse": (
        " {other} serves them worse than {base}, by {difference}.",
        "{other}则比{base}更差，为{difference}。",
    ),
    "answer.change_most": (
        "Against {base}, {best} changes most for residents {age}",
        "与{base}相比，{best}变化最大的是{age}",
    ),
    "answer.no_losers": ("; no age group is shown to be worse off", "；没有年龄组被证明变差"),
    "answer.no_losers_one_seed": (
        "; in this one seed no age group is worse off",
        "；在这一个随机种子下没有年龄组变差",
    ),
    "answer.losers": ("; worse off are residents {ages}", "；变差的是{ages}"),
    "answer.by_home": (
        "By home, {gain} of {total} residents live where the unmet share falls by a point or more, {lose} "
        "where it rises by as much.",
        "按住处看，{total}名居民中有{gain}名的住处未满足占比下降1个百分点以上，{lose}名的住处上升1个百分点以上。",
    ),
    "answer.ages_single": (
        "Unmet demand is highest among residents aged {worst} ({worst_share}) and lowest among those aged "
        "{least} ({least_share}).",
        "未满足需求占比最高的是{worst}居民（{worst_share}），最低的是{least}居民（{least_share}）。",
    ),
    "answer.why": (
        "What stays unmet under {layout} does so mostly for these reasons: {reasons}; ",
        "在{layout}下，需求未满足的主要原因是：{reasons}；",
    ),
    "answer.cost": (
        "it costs {cost}, that is {per_day} for each errand newly met per day{range}, or {per_errand} an "
        "errand over one year.",
        "其投入为{cost}，即每天每多满足一次需求{per_day}{range}，按一年摊算每次{per_errand}。",
    ),
    "answer.cost_range": (" ({low} to {high} over the interval)", "（按置信区间为{low}至{high}）"),
    "answer.cost_nothing": ("its edits have no cost in the config.", "其调整在配置中没有投入。"),
    "answer.cost_no_gain": (
        "it costs {cost} and is not shown to meet more errands, so no cost per errand can be given.",
        "其投入为{cost}，但未被证明能多满足需求，因此无法给出单次投入。",
    ),
    "answer.cost_base": (
        "it is what the others are compared with, so it has no cost of its own.",
        "它是比较的基准，本身没有投入。",
    ),
    # ---- how officials count it, and what residents get ----
    "official": ("How officials count it, and what residents get", "官方怎么数，居民得到什么"),
    "official.text": (
        "The scores say what stands there. Whether residents are served is another matter: an outlet may "
        "be near and closed, full, or not for them.",
        "得分只说明有什么设施。居民能否得到服务是另一回事：网点可能就在附近，却已关门、满员，或不对其开放。",
    ),
    "scores": ("Scores", "得分"),
    "score": ("Score", "指标"),
    "norm": ("Norm", "参照值"),
    "norm.least": ("{value} or more", "不低于{value}"),
    "norm.above": ("more than {value}", "超过{value}"),
    "score.yes": ("{value} (met)", "{value}（达到）"),
    "score.no": ("{value} (below)", "{value}（未达）"),
    "scores.note": (
        "Norms. Formats: what the average circle has (Ministry of Commerce, September 2025). Outlets: "
        "national mean (People's Daily, 20 January 2026). Childcare: national target for 2025. Meal "
        "points: Wuhai in 2024, there is no national number. Space: notice of nine departments, September "
        "2025; parks are not counted. Domains: all that the catalogue of needs has.",
        "参照值：业态数为全国平均一个便民生活圈的数量（商务部，2025年9月）；网点数为全国均值（人民日报，2026年1月20日）；"
        "托位为2025年全国目标；助餐点为乌海2024年数值，没有全国数；面积见九部门2025年9月通知，不含公园；领域为需求目录中的全部领域。",
    ),
    "disagreements": (
        "Where coverage promises more than residents get: {layout}",
        "覆盖高于实际满足最多之处：{layout}",
    ),
    "disagreement": (
        "{need}, {zone}: {coverage} of residents have an outlet within 15 minutes on foot, {met} of errands "
        "are met. The main reason for the others: {reason} ({share} of them).",
        "{zone}，{need}：步行15分钟内有网点的居民占{coverage}，需求满足占{met}；其余的主要原因是{reason}（占{share}）。",
    ),
    "no_disagreement": (
        "Nowhere is the share of residents covered higher than that of errands met.",
        "没有任何社区和需求的覆盖高于满足。",
    ),
    "equity": ("How evenly it is spread", "分布是否均衡"),
    "equity.under": ("Gini of access: {layout}", "可达性基尼系数：{layout}"),
    "equity.met": ("All needs: Gini of errands met, by home", "全部需求：按住处的需求满足基尼系数"),
    "equity.gap": (
        "All needs: unmet share at 80+ less that at 15–59 (points)",
        "全部需求：80岁以上与15–59岁未满足占比之差（百分点）",
    ),
    "equity.note": (
        "Access: what outlets can serve in a week, shared among all who want it and can walk there, "
        "weighted 1, 0.68 and 0.22 for walks of up to 5, 10 and 15 minutes (E2SFCA, Luo and Qi 2009). Gini: "
        "0 where all have the same, near 1 where few have all.",
        "可达性：网点一周的服务能力由步行可达且有需求者分享，步行5、10、15分钟以内的权重为1、0.68、0.22"
        "（改进的两步移动搜索法，Luo and Qi 2009）。基尼系数：人人相同为0，少数人占有全部时接近1。",
    ),
    # ---- figures: titles ----
    "fig.layout": ("Layout: {layout}", "布局：{layout}"),
    "fig.unmet_homes": ("Unmet share of errands by home", "各住处未满足需求占比"),
    "fig.unmet_cells": ("Unmet share of errands by hexagon of {width} m", "未满足需求占比（{width}米六边形）"),
    "fig.ranked": ("Communities by unmet share and reason: {layout}", "各社区未满足占比及原因：{layout}"),
    "fig.communities": ("Every community by itself: {layout}", "逐个社区：{layout}"),
    "fig.reasons": ("Unmet share by need and reason", "各类需求未满足占比及原因"),
    "fig.times": (
        "Served on foot within so many minutes, by age",
        "各年龄段在若干分钟内步行得到服务的比例",
    ),
    "fig.change": (
        "Who gains and who loses: {layout} against {base}",
        "谁受益、谁受损：{layout}与{base}相比",
    ),
    "fig.paired": (
        "Paired differences by need: {layout} against {base}",
        "各类需求的配对差异：{layout}与{base}相比",
    ),
    "fig.streets": ("Walkers per street and day", "各街道每日步行人次"),
    "fig.coverage": (
        "Coverage on the map, coverage on foot, and errands met: {layout}",
        "图上覆盖、步行覆盖与实际满足：{layout}",
    ),
    "fig.lorenz": ("How evenly access is spread", "可达性的分布"),
    "fig.hours": ("Unmet errands by hour of day", "一天中各时段的未满足需求"),
    # ---- figures: captions, saying how to read them ----
    "cap.layout": (
        "Streets, compounds with their walls and gates, homes and outlets. Outlets that the layout adds, "
        "moves or changes have a black ring; those on one spot are drawn side by side. Dashed circles: "
        "the official service radius of outlets for “{need}”, as the crow flies.",
        "街道、小区围墙与出入口、住处和网点。黑圈为本布局新增、迁移或调整的网点；同一地点的网点并排画出。"
        "虚线圆：“{need}”类网点的官方服务半径（直线距离）。",
    ),
    "cap.layout_cells": (
        "Outlets of each class, counted by hexagon of {width} m from side to side, on one scale. Grey: homes, "
        "and no outlet of the class in the hexagon.",
        "各类网点按六边形（对边距{width}米）计数，各图共用一个色标。灰色：六边形内有住宅而没有该类网点。",
    ),
    "cap.unmet_cells": (
        "Homes gathered by hexagon of {width} m from side to side: of all errands of those who live in it, the "
        "share that stays unmet; all maps share one scale. Where a hexagon has few homes, chance shows.",
        "住宅按六边形（对边距{width}米）汇总：颜色表示其中居民全部需求中未满足的占比；各图共用一个色标。住宅少的"
        "六边形受偶然影响较大。",
    ),
    "cap.ranked": (
        "Length of a bar: unmet share of all errands of a community under {layout}, most unmet on top, at most "
        "35 in a column. Colours: the last thing that stood in the way. Dots, where there are any: the share "
        "under the other layouts.",
        "条形长度：{layout}下各社区全部需求中未满足的占比，由高到低，每列最多35个。颜色：最后一道障碍。圆点（如有）：其他布局下的占比。",
    ),
    "cap.communities": (
        "The homes of each community at one scale, coloured by the share of their residents' errands that stays "
        "unmet under {layout}. Above each: the unmet share of the whole community, and its residents. Most unmet "
        "first, at most 80.",
        "各社区的住宅（同一比例尺），颜色表示{layout}下居民需求中未满足的占比。上方为全社区未满足占比和居民人数。由高到低排列，最多80个。",
    ),
    "cap.change_cells": (
        "Change of the unmet share in each hexagon of {width} m (points), of all errands of those who live in it: "
        "blue gains, red loses, pale changes little. Right: residents by the change at their home. Mean over all "
        "seeds; a single hexagon has no interval. Residents are those of the first seed.",
        "各六边形（对边距{width}米）内居民全部需求未满足占比的变化（百分点）：蓝色受益，红色受损，浅色变化很小。右图："
        "按住处变化统计的居民人数。为各随机种子均值，单个六边形没有置信区间；居民取首个随机种子。",
    ),
    "cap.unmet_homes": (
        "One point per home entrance, coloured by the share of its residents' errands that stay unmet; "
        "all maps share one scale.",
        "每点为一个住宅单元入口，颜色表示该处居民出行需求中未满足的占比；各图共用一个色标。",
    ),
    "cap.reasons": (
        "Length of a bar: unmet share of all errands of that need. Colours: the last thing that stood in the way.",
        "条形长度：该类需求中未满足的占比。颜色：最后一道障碍。",
    ),
    "cap.times": (
        "Of the errands for which somebody had to walk, the share served within so many minutes of "
        "setting out, waiting included. A curve that levels off below 100 % leaves the rest unmet. "
        "Dashed: 15 minutes. Higher and further left is better.",
        "在需要步行的需求中，出门后若干分钟内得到服务的比例（含等候）。曲线趋平处与100%之差即未满足。虚线："
        "15分钟。曲线越高、越靠左越好。",
    ),
    "cap.change": (
        "Change of the unmet share at each home (points): blue homes gain, red homes lose, pale ones "
        "change little. Right: residents by the change at their home. Mean over all seeds; a single home "
        "has no interval. Residents are those of the first seed.",
        "各住处未满足占比的变化（百分点）：蓝色受益，红色受损，浅色变化很小。右图：按住处变化统计的居民人"
        "数。为各随机种子均值，单个住处没有置信区间；居民取首个随机种子。",
    ),
    "cap.paired": (
        "Points: difference over all seeds, the same residents and errands under both layouts; minutes are of the "
        "errands met on foot under both. Bars: 95 % interval over seeds, which does not cover what the assumptions "
        "or the map get wrong; grey where it contains zero, dotted where fewer than 100 errands are "
        "behind it. Hollow: no interval. Left of zero is better in both panels. Each interval stands by itself: of "
        "twenty, one misses by chance.{seeds}",
        "点：在相同居民和相同需求下、全部随机种子合计的差异；分钟数只计两种布局下均步行满足的需求。横线：随机种子间的95%"
        "置信区间，不包含假定或地图数据的错误；包含零者为灰色，依据不足100次需求者为虚线；空心点没有区间。两图中零线左侧均为更好。各区间"
        "单独成立：二十个中约有一个会偶然偏离。{seeds}",
    ),
    "cap.paired_one_seed": (
        "Points: difference in the one seed that was run, the same residents and errands under both "
        "layouts; minutes are of the errands met on foot under both. A single seed gives no interval.{seeds}",
        "点：仅有的一个随机种子下的差异（居民和需求相同）；分钟数只计两种布局下均步行满足的需求。一个随机种子不能给出"
        "置信区间。{seeds}",
    ),
    "cap.streets": (
        "Width and colour: parties that walk along a street per day, both directions, mean over seeds and "
        "days, in the classes of the legend; the same in all maps. Grey: streets where nobody walks.",
        "线宽与颜色：每条街道每日步行人次（双向），为各随机种子和各日的均值，按图例分级，各图相同。灰色：无人步行的街道。",
    ),
    "cap.coverage": (
        "Hollow: residents inside an official circle, as the crow flies. Filled: residents with an outlet "
        "within 15 minutes on the streets at their own speed. Diamond: share of errands met by any "
        "channel. No hollow circle where the standards give no radius.",
        "空心圆：位于官方服务半径圆内的居民（直线距离）。实心圆：按自身步速、沿街道15分钟内有网点的居民。"
        "菱形：各种方式合计已满足的需求占比。标准未给出服务半径的业态没有空心圆。",
    ),
    "cap.lorenz": (
        "Residents who want something, those with least access first, and the share of all access that they "
        "have together; for the needs that are spread most unevenly under {layout}. Dashed: all have the "
        "same. The deeper a curve hangs, the more uneven; Gini is twice the area between it and the dashed "
        "line.",
        "有需求的居民按可达性由低到高排列，纵轴为其合计占有的可达性份额；所示为{layout}下分布最不均的需求。虚线："
        "人人相同。曲线下垂越深越不均；基尼系数为曲线与虚线之间面积的两倍。",
    ),
    "cap.hours": (
        "Top: errands raised (pale) and unmet (dark) per hour of day. Below: unmet errands per day by "
        "need and hour at which they were wanted; all panels share one scale.",
        "上：各时段的需求（浅）与未满足需求（深）。下：按需求类别和时段的每日未满足次数；各图共用一个色标。",
    ),
    # ---- figures: axes and legends ----
    "street": ("Street", "街道"),
    "path": ("Path in a compound", "小区内道路"),
    "wall": ("Compound wall", "小区围墙"),
    "gate": ("Gate", "小区出入口"),
    "home": ("Home entrance", "住宅单元入口"),
    "park": ("Park", "公园"),
    "edited": ("Added, moved or changed", "新增、迁移或调整"),
    "radius": ("Official radius: {need}", "官方服务半径：{need}"),
    "outlets_per_cell": ("Outlets per hexagon of {width} m", "每个{width}米六边形的网点数"),
    "no_outlet_cell": ("Homes, no outlet of the class", "有住宅，无该类网点"),
    "any": ("any", "有行人"),
    "under": ("under {n}", "少于{n}"),
    "from_to": ("{low}–{high}", "{low}–{high}"),
    "and_more": ("{n} and more", "{n}及以上"),
    "crowd": ("{n} outlets here", "此处{n}个网点"),
    "n_outlets": ("{tier} ({n})", "{tier}（{n}）"),
    "residents": ("Residents", "居民人数"),
    "residents_n": ("Residents: {n}", "居民{n}人"),
    "change_points": ("Change of the unmet share (points)", "未满足占比变化（百分点）"),
    "gain_n": ("Residents who gain: {n}", "受益居民：{n}人"),
    "same_n": ("within ±1 point: {n}", "±1个百分点以内：{n}人"),
    "lose_n": ("lose: {n}", "受损：{n}人"),
    "minutes_axis": ("Minutes from setting out to being served", "从出门到得到服务（分钟）"),
    "served_axis": ("Share of errands", "需求占比"),
    "unmet_share_points": ("Unmet share (points)", "未满足占比（百分点）"),
    "time_difference": (
        "Minutes to service, errands met on foot under both",
        "到达服务时间（分钟，两者均步行满足的需求）",
    ),
    "walkers": ("Walkers per day", "每日步行人次"),
    "straight_line": ("In an official circle (straight line)", "官方服务半径圆内（直线）"),
    "network_15": ("Within 15 min on foot, own speed", "按自身步速步行15分钟可达"),
    "met_share": ("Errands met", "需求已满足"),
    "residents_or_errands": (
        "Share of residents (circles), of errands (diamonds)",
        "居民占比（圆）、需求占比（菱形）",
    ),
    "people_share": ("Residents, least access first", "居民（可达性由低到高）"),
    "access_share": ("Share of access", "可达性份额"),
    "gini": ("Gini", "基尼系数"),
    "hour": ("Hour of day", "时刻（时）"),
    "per_hour": ("Errands per day", "每日次数"),
    "unmet_per_day": ("Unmet errands per day", "每日未满足次数"),
    "fifteen": ("15 min", "15分钟"),
    "better": ("← better", "← 更好"),
    "north_letter": ("N", "北"),
    "metres": ("{n} m", "{n} 米"),
    "km": ("{n} km", "{n} 千米"),
    "source.grown": (
        "Place: “{place}”, grown from seed {seed}, lifecircle {version}",
        "地点：“{place}”，由种子{seed}生成，lifecircle {version}",
    ),
    "source.map": ("{place}: {attribution}", "{place}：{attribution}"),
    "source.run": ("Simulated with lifecircle {version}, {runs}", "模拟：lifecircle {version}，{runs}"),
    # ---- page ----
    "title": ("15-minute life circle: {place}", "一刻钟便民生活圈：{place}"),
    "question": ("The question", "问题"),
    "question.text": (
        "Which of these layouts of outlets serves the {residents} residents of “{place}” better, for "
        "whom, and why: {layouts}?",
        "对于“{place}”的{residents}名居民，下列网点布局中哪一种更能满足日常步行需求、对谁有利、原因何在：{layouts}？",
    ),
    "question.one": (
        "How well does the layout {layouts} serve the {residents} residents of “{place}”, whom does it "
        "leave out, and why?",
        "{layouts}这一布局对“{place}”的{residents}名居民满足得如何、谁被遗漏、原因何在？",
    ),
    "question.method": (
        "Every resident's errands of {days} days were simulated one by one, on foot along the streets, "
        "with opening hours, queues and places. Layouts are compared in pairs: the same residents with "
        "the same errands under each ({runs}).",
        "逐一模拟了每名居民{days}天的出行需求：沿街道步行，考虑营业时间、排队与名额。各布局成对比较：居民"
        "与需求完全相同（{runs}）。",
    ),
    "answer": ("The answer", "结论"),
    "layouts": ("The layouts", "各布局"),
    "layout": ("Layout", "布局"),
    "outlets": ("Outlets", "网点数"),
    "cost": ("Cost (yuan)", "投入（元）"),
    "difference_points": ("Difference, points (95 % interval)", "差异，百分点（95%置信区间）"),
    "difference_min": (
        "Difference, min, errands met on foot under both (95 % interval)",
        "差异，分钟，两者均步行满足的需求（95%置信区间）",
    ),
    "unmet_under": ("Unmet: {layout}", "未满足：{layout}"),
    "minutes_under": ("Min to service: {layout}", "到达服务分钟数：{layout}"),
    "difference_of": ("Difference, points: {layout}", "差异（百分点）：{layout}"),
    "minutes_difference_of": (
        "Difference, min, errands met on foot under both: {layout}",
        "差异（分钟，两者均步行满足的需求）：{layout}",
    ),
    "minutes_each_of": (
        "Difference, min, all errands met on foot under each: {layout}",
        "差异（分钟，各自步行满足的全部需求）：{layout}",
    ),
    "summary.note": (
        "Differences are to “{base}”, paired by seed, with 95 % intervals over seeds, which do not cover what the "
        "assumptions or the map get wrong; {runs}.",
        "差异为与“{base}”相比，按随机种子配对，附随机种子间的95%置信区间，不包含假定或地图数据的错误；{runs}。",
    ),
    "summary.note_one_seed": (
        "{runs}: no interval from a single seed.",
        "{runs}：一个随机种子不能给出置信区间。",
    ),
    "share": ("Share", "占比"),
    "unmet_day": ("Unmet a day", "每日未满足次数"),
    "cost_per": ("Yuan per errand newly met a day", "每天每多满足一次的投入（元）"),
    "edits": ("Edits: {layout} ({n})", "调整记录：{layout}（{n}项）"),
    "no_edits": ("{layout}: no edits.", "{layout}：无调整。"),
    "log.add": ("add", "新增"),
    "log.remove": ("remove", "撤除"),
    "log.move": ("move", "迁移"),
    "log.extend": ("extend", "扩充"),
    "log.rehour": ("change hours of", "调整营业时间"),
    "log.gates": ("gates", "小区出入口"),
    "log.open_walls": ("open walls", "拆除围墙"),
    "log.open_gates": ("open a gate", "新开出入口"),
    "log.close_gates": ("close gates", "关闭出入口"),
    "log.ramps": ("ramps", "台阶改坡道"),
    "log.lifts": ("lifts", "加装电梯"),
    "log.benches": ("benches", "增设座椅"),
    "log.online": ("online map", "线上地图"),
    "log.signs": ("signs", "设置指示牌"),
    "log.within": ("({x}, {y}) within {m} m", "（{x}，{y}）周围{m}米"),
    "log.at": ("({x}, {y})", "（{x}，{y}）"),
    "log.for": ("{where}: {what}", "{where}：{what}"),
    "everywhere": ("everywhere", "各处"),
    "gates.few": ("few", "减半"),
    "gates.one": ("one", "每小区一个"),
    "gates.open": ("open", "全部打开"),
    "log.spread": (
        "spread {n} of {most} {format}: {share} of residents within {m} m on foot",
        "布设{n}个{format}（计划{most}个）：{share}的居民步行{m}米内可达",
    ),
    "log.no_more_sites": ("; the place has no more sites", "；已无更多可用地点"),
    "log.idle": ("; the last {n} bring nobody nearer", "；最后{n}个没有让更多居民受益"),
    "log.gathered": ("gather {n} outlets at node {node}", "将{n}个网点集中到节点{node}"),
    "the_place": ("The place", "地点"),
    "place.facts": (
        "{km:.1f} km of streets and paths, {homes} home entrances, {compounds} compounds with {gates} "
        "gates, communities: {zones}.",
        "街道与小区道路共{km:.1f}千米，住宅单元入口{homes}个，小区{compounds}个、出入口{gates}个；社区：{zones}。",
    ),
    "place.people": (
        "Residents by age and mobility (first seed)",
        "按年龄与行动能力的居民（首个随机种子）",
    ),
    "notes": ("What the reader of the map left out or assumed", "读取地图时略去或假定的内容"),
    "no_notes": ("Nothing of the place was left out.", "没有略去任何内容。"),
    "age": ("Age", "年龄段"),
    "need": ("Need", "需求"),
    "zone": ("Community", "社区"),
    "tables": ("The numbers", "数据表"),
    "by_need": ("By need", "按需求"),
    "by_age": ("By age group", "按年龄段"),
    "by_zone": ("By community", "按社区"),
    "all_rows": ("All {n}", "全部{n}个"),
    "by_zone.note": (
        "Shares over all seeds; no interval by community.",
        "为各随机种子合计；社区没有置信区间。",
    ),
    "coverage": ("Coverage and errands met: {layout}", "覆盖与满足：{layout}"),
    "coverage.note": (
        "Coverage says that an outlet is near, not that it is open, free or wanted. Residents weighted by age group.",
        "覆盖只说明附近有网点，不说明是否营业、有空位或合意。按年龄段人数加权。",
    ),
    "within_min": ("On foot within {n} min", "步行{n}分钟内"),
    "pressure": ("Outlets under pressure: {layout}", "压力最大的网点：{layout}"),
    "pressure.note": (
        "The ten that turn most people away. Busy: time serving over staffed time. P90 wait: nine of ten "
        "served waited less.",
        "劝退人次最多的十个网点。忙碌占比：服务时间与在岗时间之比。P90等候：十人中九人等候少于此值。",
    ),
    "pressure.none": ("No outlet turned anybody away.", "没有网点劝退任何人。"),
    "outlet": ("Outlet", "网点"),
    "format": ("Format", "业态"),
    "served_day": ("Served a day", "每日服务人次"),
    "home_day": ("At home a day", "每日上门次数"),
    "turned_day": ("Turned away a day", "每日劝退人次"),
    "busy": ("Busy", "忙碌占比"),
    "wait90": ("P90 wait (min)", "P90等候（分钟）"),
    "raised_day": ("Raised a day", "每日需求次数"),
    "main_reason": ("Main reason", "主要原因"),
    "figures": ("The figures", "图"),
    "definitions": ("What the words mean", "术语"),
    "outcomes": ("What becomes of an errand", "需求的结果"),
    "reasons": ("Why an errand stays unmet", "未满足的原因"),
    "tables.note": (
        "Differences are to “{base}”, paired by seed; in brackets the 95 % interval over seeds (none from a single "
        "seed), which does not cover what the assumptions or the map get wrong. Shares are of all seeds together. "
        "* rests on fewer than 100 errands: do not build on it.",
        "差异为与“{base}”相比，按随机种子配对；括号内为随机种子间的95%置信区间（一个随机种子没有），不包含假定或地图数据的"
        "错误。占比为全部随机种子合计。* 依据不足100次出行需求，不宜据此下结论。",
    ),
    "definitions.share": (
        "Unmet share: errands that stayed unmet over all errands raised, online ones included. Minutes to "
        "service: from setting out to being served, of errands met on foot. Points: percentage points.",
        "未满足占比：未满足的需求占全部需求（含网购）之比。到达服务时间：步行满足的需求从出门到得到服务的分钟数。",
    ),
    "assumptions": ("What it rests on", "参数与依据"),
    "assumptions.text": (
        "Every number of the model has a note in its config: unit, source and grade. Grades: S read in a "
        "source, D derived from sourced values, M a standard quoted from memory, A assumed. Most are "
        "assumed: an answer that hangs on one of them should be run again with another value.",
        "模型的每个数值在配置中都注有单位、来源和等级。等级：S 来源中读到，D 由来源数值推算，M 凭记忆引用"
        "的标准，A 假定。多数为假定：若结论取决于某个假定值，应换值重算。",
    ),
    "group.place": ("Place", "地点"),
    "group.people": ("Residents", "居民"),
    "group.needs": ("Needs", "需求"),
    "group.layout": ("Layouts and formats", "布局与业态"),
    "group.day": ("A resident's day", "居民的一天"),
    "group.study": ("Study", "研究设置"),
    "grade": ("Grade", "等级"),
    "numbers": ("Numbers", "数值个数"),
    "grade.S": ("S read in a source", "S 来源中读到"),
    "grade.D": ("D derived", "D 推算"),
    "grade.M": ("M from memory", "M 凭记忆"),
    "grade.A": ("A assumed", "A 假定"),
    "grade.user": ("set by the user", "使用者设定"),
    "key": ("Key", "键"),
    "value": ("Value", "取值"),
    "unit": ("Unit", "单位"),
    "source": ("Source", "来源"),
    "set_by_user": ("Set by the user on the command line", "使用者在命令行设定"),
    "group.count": ("{group}: {n} numbers", "{group}：{n}个数值"),
    "own_layout": ("the user's own layout; see its edits above", "使用者自己的布局；见上文调整记录"),
    "reproduce": ("How to run it again", "如何重算"),
    "command": ("Command", "命令"),
    "digest": ("Digest of the config", "配置摘要"),
    "seeds": ("Seeds", "随机种子"),
    "versions": ("Versions", "版本"),
    "reproduce.text": (
        "The results folder holds config.yaml, provenance.json, every run, and the tables that this page "
        "is drawn from. The same command gives the same numbers.",
        "结果文件夹含 config.yaml、provenance.json、各次模拟以及本页所用的数据表。同一命令得到同样的数字。",
    ),
    "sources": ("Sources", "数据来源"),
    "inspect.title": ("Check of {place}", "{place}：数据检查"),
    "inspect.streets": ("Streets", "街道"),
    "inspect.homes": ("Homes and residents", "住宅与居民"),
    "inspect.people": ("Residents by age", "居民年龄"),
    "inspect.outlets": ("Outlets by need", "各类需求的网点"),
    "inspect.findings": ("What to look at", "需要注意的问题"),
    "inspect.nothing": ("Nothing to remark.", "没有发现问题。"),
    "inspect.map": ("Map", "地图"),
    "inspect.km": ("kilometres", "总长（公里）"),
    "inspect.nodes": ("nodes", "节点"),
    "inspect.links": ("links", "路段"),
    "inspect.stairs": ("links with stairs", "台阶路段"),
    "inspect.gates": ("gates in walls", "围墙出入口"),
    "inspect.slope": ("mean slope", "平均坡度"),
    "inspect.crs": ("coordinates", "坐标系"),
    "inspect.no_crs": ("metres of a grown place", "生成地点的米制坐标"),
    "inspect.entrances": ("home entrances", "住宅入口"),
    "inspect.residents": ("residents", "居民"),
    "inspect.compounds": ("compounds", "小区"),
    "inspect.zones": ("communities", "社区"),
    "inspect.most": ("most at one entrance", "单个入口最多人数"),
    "inspect.snap": ("mean way to the street", "到街道的平均距离"),
    "inspect.serving": ("Outlets", "网点数"),
    "inspect.near": ("Residents within 15 min at 1.25 m/s", "15分钟内可达居民（1.25米/秒）"),
    "inspect.formats": ("Formats", "业态"),
    "severity.problem": ("Problem", "问题"),
    "severity.warning": ("Warning", "警告"),
    "severity.remark": ("Remark", "说明"),
    "find.no_outlet": ("{n} needs have no outlet at all: {needs}.", "{n}类需求没有任何网点：{needs}。"),
    "find.no_outlet.do": (
        "If they exist, give a table of outlets (place.outlets.file) or map their tags or categories to formats; if "
        "not, these errands will all be unmet as no_outlet.",
        "若实际存在，请提供网点表（place.outlets.file）或将其标签、类别对应到业态；否则这些需求将全部因“无网点”未满足。",
    ),
    "find.cut_off": (
        "{n} homes ({share} of the residents) reach no outlet on foot.",
        "{n}处住宅（占居民{share}）步行到不了任何网点。",
    ),
    "find.cut_off.do": (
        "Look at the map: a missing street, a river without a bridge, or homes outside the streets.",
        "请查看地图：是否缺少街道、河上缺桥，或住宅在街道范围之外。",
    ),
    "find.far": (
        "{n} homes are farther than {metres} m from any street ({share} of the residents; the farthest {most} m).",
        "{n}处住宅距街道超过{metres}米（占居民{share}，最远{most}米）。",
    ),
    "find.far.do": (
        "Check that streets and homes are of one place and in the coordinate systems that they say; "
        "place.far_home_m leaves out what is too far.",
        "请核对街道与住宅是否为同一地点、坐标系是否正确；place.far_home_m 可剔除过远的住宅。",
    ),
    "find.away": (
        "{n} outlets are farther than {metres} m from any street; the farthest is {outlet}, {most} m.",
        "{n}个网点距街道超过{metres}米，最远为{outlet}（{most}米）。",
    ),
    "find.away.do": (
        "Check their coordinates: those of AMap and Baidu need place.outlets.crs=gcj02 or bd09.",
        "请核对坐标：高德、百度坐标需设 place.outlets.crs=gcj02 或 bd09。",
    ),
    "find.crowded": (
        "{n} entrances have more residents than a tower holds; the most is {most}.",
        "{n}个入口的居民多于一栋高楼所能容纳，最多{most}人。",
    ),
    "find.crowded.do": (
        "Few homes are mapped for so many people: give more buildings (place.homes.file), or fewer residents.",
        "住宅数据偏少：请补充建筑（place.homes.file），或减少居民数。",
    ),
    "find.dense": (
        "{density} residents per km² of settled ground is more than anywhere in China.",
        "有人居住的用地每平方公里{density}人，高于国内任何地方。",
    ),
    "find.dense.do": (
        "Check the number of residents, and that areas are in metres.",
        "请核对居民总数，以及面积单位是否为米。",
    ),
    "find.empty": ("Nobody lives in {zones}.", "以下社区无人居住：{zones}。"),
    "find.empty.do": ("Check the boundaries of the communities.", "请核对社区边界。"),
    "no_cjk": (
        "no font with Chinese characters was found: the figures are labelled in English. Install one (pip "
        "install 'lifecircle[zh]') or name a file with report.font=FILE",
        "没有找到含中文字符的字体：图中文字改用英文。请安装字体（pip install 'lifecircle[zh]'），或用 "
        "report.font=文件 指定",
    ),
}


@dataclass(frozen=True)
class Words:
    """The words of one language, called by key with the values that fill them."""

    language: str

    def __call__(self, key: str, /, **values: object) -> str:
        """The words of a key; raises `KeyError` for one that there is not."""
        text = WORDS[key][1 if self.language == "zh" else 0]
        return text.format(**values) if values else text

    def __str__(self) -> str:
        """All words in a row: every character that they are written in."""
        return " ".join(pair[1 if self.language == "zh" else 0] for pair in WORDS.values())

    def of(self, name: str) -> str:
        """The words for a name of the packaged configs, or the name itself where it is the user's own."""
        return self(name) if name in WORDS else name

    def listed(self, items: list[str]) -> str:
        """Items in a row, with the word for `and` before the last."""
        if len(items) < 2:
            return "".join(items)
        return self("comma").join(items[:-1]) + self("and") + items[-1]


@dataclass(frozen=True)
class Names:
    """What the config calls its needs, formats, layouts and communities, in one language, by key.

    `place` its name, and `attribution` whom its sources ask to be named.
    """

    needs: Mapping[str, str]
    formats: Mapping[str, str]
    layouts: Mapping[str, str]
    zones: Mapping[str, str]
    place: str
    attribution: str

    def __str__(self) -> str:
        """All names in a row: every character that they are written in."""
        named = (self.needs, self.formats, self.layouts, self.zones)
        return " ".join([self.place, self.attribution, *(name for names in named for name in names.values())])


def _zone(zone: str, words: Words) -> str:
    """A community by its name, or by its kind and number where it is one of many of a packaged kind (`old_town-07`)."""
    kind, _, number = zone.rpartition("-")
    return words("zone_of_kind", kind=words.of(kind), n=number) if kind in WORDS else words.of(zone)


def name_things(subject: Subject, words: Words, drawable: Callable[[str], bool] = lambda text: True) -> Names:
    """The names of a subject; one that is not `drawable` gives way to its key, and that to its number."""

    def first(*choices: str) -> str:
        return next((choice for choice in choices if choice and drawable(choice)), "")

    own = [getattr(layout, words.language) for layout in subject.layouts]
    layouts = {
        layout.name: first(
            name if own.count(name) == 1 else f"{name} ({layout.name})", layout.name, words("layout_n", n=row)
        )
        for row, (layout, name) in enumerate(zip(subject.layouts, own, strict=True), 1)
    }
    catalogue = subject.needs.catalogue
    formats = {key: form for layout in subject.layouts for key, form in layout.formats.items()}
    return Names(
        needs={key: first(getattr(need, words.language), key) for key, need in catalogue.items()},
        formats={key: first(getattr(form, words.language), key) for key, form in formats.items()},
        layouts=layouts,
        zones={zone: first(_zone(zone, words), str(row)) for row, zone in enumerate(subject.place.zones, 1)},
        place=first(words.of(subject.place.name), words("place")),
        attribution="".join(sign if drawable(sign) else "?" for sign in subject.place.attribution),
    )
