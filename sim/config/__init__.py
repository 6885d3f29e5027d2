"""The configs of all groups together: their files, their options, and what is asked of them.

Names are loaded when they are asked for: the options are known without any room, the keys are not.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
