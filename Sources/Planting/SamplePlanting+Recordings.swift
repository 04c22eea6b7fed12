import Corpora
import Leaks
import Samples
import Shards
import TensorCore
import Text

extension SamplePlanting {
  /// Moves half of the samples of a train recording to test, as another recording; numbers and times stay as they are.
  mutating func divideGroup() throws {
    let (group, members, name) = try chosenForDivision()
    let moved = half(of: members)
    let lines = moved.map { folder.samples[$0] }
    moveToTest(moved) { line in
      line.id = line.id.replacing(group, with: name)
      line.group = name
    }
    try folder.refitOnTrain(threads: request.threads)
    describe(lines, "is", "are", "in test as part of \(name), the rest of group \(group) in train")
  }

  /// Gives each recording a voice and a face of its own, and moves half of the samples of a train recording to test, as
  /// another recording. Times are left out, and both are numbered from the start.
  mutating func divideRecording() throws {
    try giveMarks([.audio, .visual])
    let (group, members, name) = try chosenForDivision()
    let moved = half(of: members)
    let lines = moved.map { folder.samples[$0] }
    moveToTest(moved) { $0.group = name }
    for (recording, part) in [(group, members.filter { !moved.contains($0) }), (name, moved)] {
      for (number, index) in part.enumerated() {
        folder.samples[index].line.id = SampleID(recording: recording, segment: number).description
      }
    }
    for index in folder.samples.indices { folder.samples[index].line.interval = nil }
    try folder.refitOnTrain(threads: request.threads)
    describe(lines, "is", "are", "in test as part of \(name), the rest of group \(group) in train, without times")
  }

  /// A train recording of four samples or more, and a name that no recording has.
  private mutating func chosenForDivision() throws -> (group: String, members: [Int], name: String) {
    let groups = Dictionary(grouping: folder.indices(of: .train)) { folder.samples[$0].line.group }
      .filter { $0.value.count >= 4 }
    guard let group = random.choose(1, of: groups.keys.sortedByBytes()).first, let members = groups[group] else {
      throw unsuitable("has no train recording of four samples", expected: "one")
    }
    let letters = Array("abcdefghijkmnpqrstuvwxyz")
    let name = "r" + String((0..<10).map { _ in letters[random.integer(below: letters.count)] })
    return (group, members, name)
  }

  private mutating func half(of members: [Int]) -> [Int] { random.choose(members.count / 2, of: members).sorted() }

  /// Gives each recording a voice of its own, and one of test that of one of train.
  mutating func shareVoice() throws {
    func groups(of split: Split) -> [String] {
      let heard = folder.samples.filter { $0.split == split && $0.rows[.audio]?.mask.contains(1) ?? false }
      return Dictionary(grouping: heard, by: \.line.group).filter { $0.value.count > 1 }.keys.sortedByBytes()
    }
    guard let train = random.choose(1, of: groups(of: .train)).first,
      let test = random.choose(1, of: groups(of: .test)).first
    else { throw unsuitable("has too few recordings with sound", expected: "20 of two samples") }
    try giveMarks([.audio], like: [test: train])
    try folder.refitOnTrain(threads: request.threads)
    text = "The recordings \(train) (train) and \(test) (test) have one voice; every other has its own."
    facts = ["train_group": .string(train), "test_group": .string(test)]
  }

  /// Shifts every column of some modalities in each recording, as a voice, a face, a room and a microphone do.
  ///
  /// - Parameter others: recordings that are shifted as others are.
  private mutating func giveMarks(_ modalities: [Modality], like others: [String: String] = [:]) throws {
    let counts = Dictionary(grouping: folder.samples, by: \.line.group).mapValues(\.count)
    let widths = modalities.map { folder.manifest.modalities[$0]?.dim ?? 0 }
    guard !widths.contains(0), counts.values.count(where: { $0 > 1 }) >= 20 else {
      throw unsuitable("has too few recordings with sound and picture", expected: "20 of two samples")
    }
    for (modality, width) in zip(modalities, widths) {
      var marks: [String: [Float]] = [:]
      for group in counts.keys.sortedByBytes() {
        marks[group] = (0..<width).map { _ in Float(Self.markDeviation * random.normal()) }
      }
      for (group, other) in others { marks[group] = marks[other] }
      for index in folder.samples.indices {
        guard var rows = folder.samples[index].rows[modality], let mark = marks[folder.samples[index].line.group] else {
          continue
        }
        var floats = rows.floats
        for row in rows.mask.indices where rows.mask[row] == 1 {
          for column in 0..<width { floats[row * width + column] += mark[column] }
        }
        rows.store(floats)
        folder.samples[index].rows[modality] = rows
      }
    }
  }

  /// In deviations of the scaled columns, about.
  private static let markDeviation = 1.0
}
