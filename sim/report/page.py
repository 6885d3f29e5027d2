draw_report=None
