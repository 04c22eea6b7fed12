import Shards

// Prints the ids of the samples in shards.
for path in CommandLine.arguments.dropFirst() {
  for id in try ShardReader(path: path).ids { print(id) }
}
