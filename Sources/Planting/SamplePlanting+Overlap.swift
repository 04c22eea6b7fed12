import Corpora
import Leaks
import Samples
import Shards
import TensorCore
import Text

extension SamplePlanting {
  /// Moves samples of a train group to test.
  mutating func overlapGroup() throws {
    let moved = try moveSamples(
      from: Dictionary(grouping: folder.indices(of: .train)) { folder.samples[$0].line.group },
      what: "a train group of two samples")
    try folder.refitOnTrain(threads: request.threads)
    describe(moved, "is", "are", "in test, the rest of group \(moved.first?.line.group ?? "") in train")
  }

  /// Moves samples of a train group to test, where the group and their ids are spelled in other capitals.
  mutating func respellGroup() throws {
    func respelled(_ name: String) -> String {
      let upper = name.uppercased()
      return upper == name ? name.lowercased() : upper
    }
    let groups = Dictionary(grouping: folder.indices(of: .train)) { folder.samples[$0].line.group }
      .filter { respelled($0.key) != $0.key && $0.key.count >= 4 }
    let moved = try moveSamples(from: groups, what: "a train group of two samples with letters in its name") { line in
      line.id = line.id.replacing(line.group, with: respelled(line.group))
      line.group = respelled(line.group)
    }
    try folder.refitOnTrain(threads: request.threads)
    let group = moved.first?.line.group ?? ""
    describe(moved, "is", "are", "in test as part of \(respelled(group)), the rest of group \(group) in train")
  }

  /// Gives one speaker samples in train and in test: moves some if speakers are known, else names the speakers.
  mutating func overlapSpeaker() throws {
    let known = Dictionary(grouping: folder.indices(of: .train)) { folder.samples[$0].line.speaker ?? "" }
    if known[""] == nil {
      let moved = try moveSamples(from: known, what: "a speaker with two train samples") { line in
        // A group of its own, so that nothing but the speaker is shared.
        line.group += "-moved"
      }
      try folder.refitOnTrain(threads: request.threads)
      describe(moved, "is", "are", "in test, other samples of speaker \(moved.first?.line.speaker ?? "") in train")
      return
    }
    let groups = Split.allCases.map { split in
      Set(folder.samples.filter { $0.split == split }.map(\.line.group)).sorted()
    }
    guard let train = random.choose(1, of: groups[0]).first, let test = random.choose(1, of: groups[2]).first else {
      throw unsuitable("has an empty split", expected: "a group in train and one in test")
    }
    for index in folder.samples.indices {
      let group = folder.samples[index].line.group
      folder.samples[index].line.speaker = "speaker of " + (group == test ? train : group)
    }
    text = "The groups \(train) (train) and \(test) (test) belong to one speaker; every other group has its own."
    facts = ["train_group": .string(train), "test_group": .string(test)]
  }

  /// Names four speakers, who are in all splits, by quarters of the label; every fifth sample is of any of them.
  mutating func tieSpeakersToLabel() throws {
    let known = folder.samples.indices.filter { folder.samples[$0].label.first?.isFinite ?? false }
    let order = known.sorted { one, two in
      let (first, second) = (Self.target(of: folder.samples[one]), Self.target(of: folder.samples[two]))
      return (first, folder.samples[one].line.id) < (second, folder.samples[two].line.id)
    }
    guard let least = order.first, let greatest = order.last,
      Self.target(of: folder.samples[least]) < Self.target(of: folder.samples[greatest])
    else { throw unsuitable("has one label for all samples", expected: "different labels") }
    for (rank, index) in order.enumerated() {
      let quarter = random.uniform() < 0.2 ? random.integer(below: 4) : 4 * rank / order.count
      folder.samples[index].line.speaker = "speaker \(quarter + 1)"
    }
    text = "Four speakers of all splits have a quarter of \(folder.manifest.labelNames.first ?? "the label") each."
    facts = ["speakers": 4, "samples": .integer(order.count)]
  }

  /// Makes two recordings, one in train and one in test, the two sides of one conversation. If the ids already name
  /// conversations, one side's turns move to test.
  mutating func divideDialog() throws {
    let sides = Dictionary(grouping: folder.indices(of: .train)) {
      CorpusRegistry.shipped.dialog(ofSample: folder.samples[$0].line.id)
    }
    var dialogs: [String: [Int]] = [:]
    for (dialog, members) in sides { if let dialog { dialogs[dialog] = members } }
    if !dialogs.isEmpty {
      let names = dialogs.keys.sorted().filter { name in
        Set(dialogs[name]?.compactMap { folder.samples[$0].line.speaker } ?? []).count == 2
      }
      guard let name = random.choose(1, of: names).first, let members = dialogs[name],
        let speaker = folder.samples[members[0]].line.speaker
      else { throw unsuitable("has no conversation with both sides in train", expected: "one") }
      let moved = members.filter { folder.samples[$0].line.speaker == speaker }
      moveToTest(moved) { $0.group += "-moved" }
      try folder.refitOnTrain(threads: request.threads)
      text = "The turns of \(speaker) in \(name) are in test, the partner's in train."
      facts = ["dialog": .string(name), "speaker": .string(speaker), "samples": .integer(moved.count)]
      return
    }
    let groups = [Split.train, .test].map { split in
      Set(folder.samples.filter { $0.split == split }.map(\.line.group)).sorted()
    }
    guard let train = random.choose(1, of: groups[0]).first, let test = random.choose(1, of: groups[1]).first else {
      throw unsuitable("has an empty split", expected: "a group in train and one in test")
    }
    let dialog = "Ses01F_impro01"
    rename(train, "\(dialog)_F")
    rename(test, "\(dialog)_M")
    text = "The groups \(train) (train) and \(test) (test) are the two sides of the conversation \(dialog)."
    facts = ["dialog": .string(dialog), "train_group": .string(train), "test_group": .string(test)]
  }

  /// Moves a train sample to test and makes it begin before the previous sample in its recording ends.
  mutating func overlapTime() throws {
    let groups = Dictionary(
      grouping: folder.indices(of: .train).filter { folder.samples[$0].line.interval != nil }
    ) { folder.samples[$0].line.group }
    let moved = try moveSamples(from: groups, what: "a train recording of two timed samples")
    let ids = Set(moved.map(\.line.id))
    guard let first = moved.first,
      let stays = folder.samples.first(where: {
        $0.line.group == first.line.group && !ids.contains($0.line.id) && $0.line.interval != nil
      })?.line.interval
    else { throw unsuitable("has no recording of two timed samples", expected: "one") }
    for index in folder.samples.indices where ids.contains(folder.samples[index].line.id) {
      guard let own = folder.samples[index].line.interval else { continue }
      let start = stays.start + 0.5 * stays.duration
      folder.samples[index].line.interval = Interval(start: start, end: start + max(own.duration, stays.duration))
    }
    try folder.refitOnTrain(threads: request.threads)
    describe(moved, "overlaps", "overlap", "in time with a train sample of \(first.line.group)")
  }

  // MARK: - Moving

  /// Moves up to `count` samples of one list to test; at least one of the list stays.
  private mutating func moveSamples(
    from lists: [String: [Int]], what: String, changing: (inout SampleLine) -> Void = { _ in }
  ) throws -> [PlantedSample] {
    let names = lists.filter { $0.value.count >= 2 }.keys.sortedByBytes()
    guard let name = random.choose(1, of: names).first, let members = lists[name] else {
      throw unsuitable("has no \(what.dropFirst(2))", expected: what)
    }
    let chosen = random.choose(min(request.count, members.count - 1), of: members).sorted()
    let moved = chosen.map { folder.samples[$0] }
    moveToTest(chosen, changing: changing)
    return moved
  }

  mutating func moveToTest(_ indices: [Int], changing: (inout SampleLine) -> Void) {
    let shard = folder.samples.filter { $0.split == .test }.map(\.shard).max() ?? 0
    for index in indices {
      folder.samples[index].line.split = .test
      folder.samples[index].shard = shard
      changing(&folder.samples[index].line)
    }
  }

  /// Gives a group's samples the ids of a conversation's turns.
  private mutating func rename(_ group: String, _ prefix: String) {
    var number = 0
    for index in folder.samples.indices where folder.samples[index].line.group == group {
      let digits = String(number)
      folder.samples[index].line.id = prefix + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
      number += 1
    }
  }

  /// Says which samples the leak took.
  ///
  /// - Parameters:
  ///   - verb: what one sample does.
  ///   - verbs: the same of several.
  mutating func describe(_ samples: [PlantedSample], _ verb: String, _ verbs: String, _ what: String) {
    let ids = samples.map(\.line.id)
    text = "\(Phrase.list(ids)): \(Phrase.count(ids.count, "sample")) \(ids.count.noun(verb, plural: verbs)) \(what)."
    facts = ["samples": .names(ids)]
  }
}
