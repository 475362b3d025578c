"""The main job as a story on the real engines (``mianti demo``). Every person in it is invented."""
