"""How hypothesis runs here: no test may depend on the machine's speed."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ropespec", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("ropespec")
