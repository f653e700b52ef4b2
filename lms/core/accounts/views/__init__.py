"""Pages of people: joining, signing in, the own account, help."""

from lms.core.accounts.views import account, arrive, guide, join, key, sign_in
from lms.core.accounts.views.frame import learner, public

__all__ = ["account", "arrive", "guide", "join", "key", "learner", "public", "sign_in"]
