/// A finished folder of shards: checking it and telling what it holds.
public enum PreparedFolder {}
