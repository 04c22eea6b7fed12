import Samples
import Shards
import Storage

extension Planting {
  /// Copies the folder as it is and changes one byte of a shard's data.
  static func flipByte(_ request: Request) throws -> Outcome {
    let manifest = try Manifest.read(request.folder)
    let shards = Split.allCases.flatMap { manifest.splits[$0]?.shards ?? [] }
    var random = PlantRandom(seed: request.seed)
    guard let shard = random.choose(1, of: shards).first else {
      throw DataError(.usage, file: request.folder, "has no shard", expected: "a shard to damage")
    }
    try Folder.make(request.output + "/" + ShardRecord.folder)
    let names = try Folder.names(in: request.folder).filter {
      try !$0.hasPrefix(".") && Folder.entry(at: request.folder + "/" + $0) != .folder
    }
    for name in names + shards.map(\.file) where name != Manifest.name && name != shard.file {
      try copy(request.folder + "/" + name, to: request.output + "/" + name)
    }
    // The first half of the file holds the header of a small shard; behind it are values.
    let place = shard.bytes / 2 + random.integer(below: max(1, shard.bytes / 2))
    try copy(request.folder + "/" + shard.file, to: request.output + "/" + shard.file, flippingBit: place)
    try copy(request.folder + "/" + Manifest.name, to: request.output + "/" + Manifest.name)
    return Outcome(
      text: "Byte \(place) of \(shard.file) is changed.",
      facts: ["file": .string(shard.file), "byte": .integer(place)])
  }

  /// Copies a file; the lowest bit of the byte at `flippingBit` is turned.
  static func copy(_ source: String, to target: String, flippingBit place: Int? = nil) throws {
    try Interrupt.check()
    let file = try MappedFile(path: source)
    var copy = try AtomicFile(path: target)
    if let place, file.bytes.indices.contains(place) {
      try copy.write(UnsafeRawBufferPointer(rebasing: file.bytes[..<place]))
      try copy.write([file.bytes[place] ^ 1])
      try copy.write(UnsafeRawBufferPointer(rebasing: file.bytes[(place + 1)...]))
    } else {
      try copy.write(file.bytes)
    }
    try copy.commit()
  }
}
