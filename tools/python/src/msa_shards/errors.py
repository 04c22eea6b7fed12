class ShardError(ValueError):
    """Something that was read is not what it has to be; the message names the file and the place in it."""
