"""Which keys are too easily guessed to sign anything that others could send."""

INSECURE_KEY = "for-one-machine-only-never-in-production-0123456789abcdefghijklmnopqrstuvwxyz"


def is_weak(key: str) -> bool:
    return key == INSECURE_KEY or len(key) < 50 or len(set(key)) < 20
