"""A small made-up city in the files that a planner has, as `docs/your-city.md` says."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sim.place.read.mapservices import gcj02_from_wgs84

CRS = "EPSG:32650"
ORIGIN = np.array([668_000.0, 3_546_000.0])  # in Nanjing, where the map services shift what they show
SIDE, BLOCK = 1_200.0, 200.0
COMPOUNDS = ("东苑", "西苑", "南苑", "北苑")
SHOPS = (  # name, 大类;中类;小类, typecode
    ("好邻居便利店", "购物服务;便民商店/便利店;便民商店/便利店", "060200"),
    ("苏果超市", "购物服务;超级市场;超市", "060400"),
    ("惠民菜市场", "购物服务;综合市场;农副产品市场", "060703"),
    ("老王早点", "餐饮服务;快餐厅;永和豆浆", "050304"),
    ("益丰药房", "医疗保健服务;医药保健销售店;药房", "090601"),
    ("小张理发", "生活服务;美容美发店;美容美发店", "071100"),
    ("社区卫生服务站", "医疗保健服务;诊所;诊所", "090300"),
    ("阳光幼儿园", "科教文化服务;学校;幼儿园", "141204"),
    ("实验小学", "科教文化服务;学校;小学", "141203"),
    ("街心公园", "风景名胜;公园广场;公园", "110101"),
    ("兰州拉面", "餐饮服务;中餐厅;中餐厅", "050100"),
    ("街角铺子", "小超市", "[]"),
)


def write_city(folder: Path) -> None:
    """All files of the city under `folder`/data."""
    data = folder / "data"
    data.mkdir(parents=True)
    rng = np.random.default_rng(1)
    lines = [
        shapely.LineString([ORIGIN + a, ORIGIN + b])
        for at in np.arange(0.0, SIDE + 1, BLOCK)
        for step in np.arange(0.0, SIDE, BLOCK)
        for a, b in (((at, step), (at, step + BLOCK)), ((step, at), (step + BLOCK, at)))
    ]
    streets = gpd.GeoDataFrame({"highway": ["residential"] * len(lines)}, geometry=lines, crs=CRS)
    streets.to_file(data / "streets.gpkg", layer="streets")

    corner = ORIGIN + np.array([(x, y) for x in np.arange(60, SIDE, 100) for y in np.arange(60, SIDE, 100)])
    north, east = corner[:, 1] > ORIGIN[1] + SIDE / 2, corner[:, 0] > ORIGIN[0] + SIDE / 2
    buildings = gpd.GeoDataFrame(
        {
            "层数": rng.integers(3, 7, len(corner)),
            "小区": np.array(COMPOUNDS)[2 * north + east],
            "用途": np.where(np.arange(len(corner)) % 12 == 0, "商业", "住宅"),
        },
        geometry=[shapely.box(x, y, x + 30, y + 12) for x, y in corner],
        crs=CRS,
    )
    buildings.to_file(data / "buildings.gpkg", layer="buildings")
    people = pd.DataFrame({"小区名称": [*COMPOUNDS[::-1], "合计"], "常住人口": [300, 250, 200, 150, 900]})
    people.to_csv(data / "compounds.csv", index=False, encoding="gb18030")
    halves = [shapely.box(0, 0, SIDE, SIDE / 2), shapely.box(0, SIDE / 2, SIDE, SIDE)]
    communities = gpd.GeoDataFrame(
        {"社区": ["南社区", "北社区"]}, geometry=[shapely.affinity.translate(half, *ORIGIN) for half in halves], crs=CRS
    )
    communities.to_crs("EPSG:4326").to_file(data / "communities.geojson")

    at = gpd.GeoSeries(gpd.points_from_xy(*(ORIGIN + rng.uniform(50, SIDE - 50, (len(SHOPS), 2))).T), crs=CRS)
    shown = gcj02_from_wgs84(shapely.get_coordinates(at.to_crs("EPSG:4326").array))
    poi = pd.DataFrame(SHOPS, columns=["名称", "type", "typecode"])
    poi["location"] = [f"{lon:.6f},{lat:.6f}" for lon, lat in shown]
    poi["tel"] = "[]"
    poi.to_csv(data / "poi.csv", index=False, encoding="utf-8-sig")

    bands = [f"{age}-{age + 4}岁" for age in range(0, 85, 5)] + ["85岁及以上"]
    share = np.array([4, 4, 4, 4, 6, 7, 8, 8, 8, 8, 8, 8, 7, 6, 4, 3, 2, 1], float)
    rows = {"地区": ["合计", "示范区", "邻区"]}
    rows |= {
        f"{band}_{sex}": np.round(100 * s * np.array([2.0, 1.0, 1.0])).astype(int)
        for band, s in zip(bands, share, strict=True)
        for sex in ("男", "女")
    }
    pd.DataFrame(rows).to_csv(data / "census.csv", index=False, encoding="gb18030")
