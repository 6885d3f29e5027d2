from sim.report.config import ReportConfig
def draw_report(root, world, config, overrides): return root
def summary(root, world, config): return ""
