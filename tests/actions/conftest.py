"""The demo's world, which each module asks for that reads it."""

from tests.demo_world import demo as demo
from tests.demo_world import demo_file as demo_file
