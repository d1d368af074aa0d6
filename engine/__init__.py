"""What Liuhen does: cases, tasks, actors, definitions and the trail. It has never heard of HTTP."""
