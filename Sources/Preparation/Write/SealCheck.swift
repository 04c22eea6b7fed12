public import Shards

/// Looks for leaks in a folder that is all but finished: its manifest, and the lines of its samples. It reads no shard.
///
/// What it finds keeps the folder from being sealed, unless the configuration allows it. Preparation knows no check itself:
/// the program hands it the audit's.
public typealias SealCheck = @Sendable (_ manifest: Manifest, _ lines: [SampleLine]) throws -> [Manifest.LeakRecord]
