"""The demo's world for every module of this folder."""

from tests.demo_world import demo as demo
from tests.demo_world import demo_file as demo_file
