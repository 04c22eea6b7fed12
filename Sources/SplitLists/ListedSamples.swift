import Leaks
import Samples
import Text

/// The samples of lists: who they are, as far as columns and the spelling of names tell.
struct ListedSamples {
  private(set) var samples: [AuditedSample] = []
  private(set) var labelNames: [String] = []
  private(set) var facts = ListFacts()
  /// The corpus, where the list or its names tell.
  private(set) var corpus: String?
  /// Whether the spelling of ids is all that tells of recordings.
  private(set) var groupsBySpelling = false

  private let records: [ListRecord]
  private let naming: ClipNaming?
  private let listedCorpus: String?
  /// Whether names begin again in each split, so that a name is one of its split alone.
  private var idsBeginAgain = false
  private var dialogsBeginAgain = false
  /// Whether ids are the numbers of rows, which name nothing.
  private var idsAreRows = false
  /// Whether speakers are `A` and `B`, or man and woman.
  private var speakersAreRoles = false

  init(_ gathered: ListRecords, layout: ListLayout?, notes: [String]) {
    records = gathered.records
    listedCorpus = gathered.corpora.count == 1 ? gathered.corpora.first : nil
    naming = ClipNaming.common(
      to: records.lazy.compactMap { $0[.id] }.count == records.count
        ? records.map { $0[.id] ?? "" } : [], corpora: gathered.corpora)
    facts.notes = notes
    describe(layout)
    lookForClashes()
    let labels = ListLabels(records)
    labelNames = labels.names
    facts.notes += labels.leftOut.map {
      "The column \($0.name) has \($0.values.grouped) different texts, and was not taken for a label."
    }
    groupsBySpelling = naming == nil && !idsAreRows && !records.contains { Self.group(of: $0) != nil }
    for split in Split.allCases {
      for (number, record) in records.enumerated() where record.split == split {
        samples.append(sample(record, number: number, label: labels.rows[number]))
      }
    }
    noteTimes()
  }

  private mutating func describe(_ layout: ListLayout?) {
    let titles = [layout?.title, naming?.title].compactMap(\.self)
    facts.layout = titles.isEmpty ? nil : titles.joined(separator: ", with ")
    facts.nouns = layout?.nouns ?? SampleNouns()
    facts.intention = layout?.intention
    if let naming {
      facts.nouns.speaker = naming.speakerNoun
      if layout == nil { facts.nouns.sample = "clip" }
    }
    corpus = naming?.corpus ?? layout?.corpus ?? listedCorpus
  }

  // MARK: - Names that begin again

  private mutating func lookForClashes() {
    lookAtDialogs()
    lookAtIDs()
    let speakers = Set(records.lazy.compactMap { $0[.speaker] }.prefix(10_000))
    speakersAreRoles = SpeakerNames.areRoles(speakers)
    if speakersAreRoles, records.contains(where: { $0[.dialog] == nil }) {
      facts.notes.append(
        "The speakers \(Phrase.list(speakers.sorted())) are roles, not people, so they were not compared.")
    }
  }

  private mutating func lookAtDialogs() {
    let clashes = NameClashes(
      records, name: { $0[.dialog] }, member: { $0[.turn] ?? $0[.clip] }, group: Self.group,
      content: { $0[.turn] == nil && $0[.clip] == nil ? nil : Self.content($0) })
    switch clashes.standing {
    case .same: return
    case .clash:
      facts.notes.append(
        "Dialogue numbers restart in each split: \(clashes.sharedCount.grouped) of them name different dialogues there. That "
          + "is a naming clash, not a leak; a dialogue is identified by its split and number.")
    case .doubtful:
      facts.doubts.append(
        "Dialogue numbers run from 0 or 1 in each split, and \(clashes.sharedCount.grouped) are in several: whether they name "
          + "the same dialogues is unclear without recordings, texts or times.")
    }
    dialogsBeginAgain = true
  }

  private mutating func lookAtIDs() {
    let clashes = NameClashes(
      records, name: { $0[.id] }, member: { _ in nil }, group: Self.group, content: Self.content)
    switch clashes.standing {
    case .same: return
    case .clash:
      idsBeginAgain = true
      facts.notes.append(
        "Ids restart in each split: \(clashes.sharedCount.grouped) of them name different samples there. That is a naming "
          + "clash, not a leak; a sample is identified by its split and id.")
    case .doubtful:
      idsAreRows = true
      facts.notes.append(
        "The ids are numbers that run from 0 or 1 in each split: they were taken for the numbers of rows, which name nothing."
      )
    }
  }

  /// What is said of a sample besides its names; nil where it is nothing.
  private static func content(_ record: ListRecord) -> String? {
    let parts = [record[.text], record[.start], record[.end]]
    return parts.allSatisfy { $0 == nil } ? nil : parts.map { $0 ?? "" }.joined(separator: "\u{0}")
  }

  // MARK: - Samples

  /// What a column says of the recording.
  private static func group(of record: ListRecord) -> String? {
    let episode: String? =
      switch (record[.season], record[.episode]) {
      case (let season?, let episode?): "season \(season) episode \(episode)"
      case (nil, let episode?): "episode \(episode)"
      default: nil
      }
    // A list that names nothing smaller is divided by shows.
    let parts = [record[.group] ?? (episode == nil ? record[.show] : nil), episode].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  /// What names the sample; nil where nothing does.
  private func id(of record: ListRecord) -> String? {
    if let id = record[.id], !idsAreRows { return idsBeginAgain ? "\(record.split)/\(id)" : id }
    if let group = record[.group], let clip = record[.clip] {
      return clip.allSatisfy({ $0.isASCII && $0.isNumber }) ? "\(group)[\(clip)]" : "\(group)/\(clip)"
    }
    if let dialog = record[.dialog], let turn = record[.turn] {
      let name = "dia\(dialog)_utt\(turn)"
      return dialogsBeginAgain ? "\(record.split)/\(name)" : name
    }
    // A row with nothing but a recording stands for all of it.
    return record[.id] == nil && record[.clip] == nil && record[.turn] == nil && record[.text] == nil
      ? Self.group(of: record) : nil
  }

  private func sample(_ record: ListRecord, number: Int, label: [Float]) -> AuditedSample {
    let id = id(of: record)
    let told = record[.id].flatMap { naming?.facts(of: $0, corpus: listedCorpus) }
    let column = Self.group(of: record)
    let spelled = id.map { SampleID(parsing: $0).recording }
    let dialog = record[.dialog].map { dialogsBeginAgain ? "\(record.split) \($0)" : $0 } ?? told?.dialog
    var sample = AuditedSample(
      id: id ?? "\(record.split) \(number + 1)", group: column ?? told?.dialog ?? spelled, dialog: dialog,
      session: record[.session] ?? told?.session, speaker: speaker(record, dialog: dialog) ?? told?.speaker,
      split: record.split, interval: ListTime.interval(from: record[.start], to: record[.end]), rows: [:],
      label: label, words: record[.text])
    sample.ownRecording = column ?? (dialog == nil ? spelled : nil)
    sample.script = told?.script
    (sample.show, sample.device) = (record[.show], record[.device])
    return sample
  }

  private func speaker(_ record: ListRecord, dialog: String?) -> String? {
    guard let speaker = record[.speaker], !SpeakerNames.isUnknown(speaker) else { return nil }
    if !speakersAreRoles { return speaker }
    return dialog.map { "\(speaker) of \($0)" }
  }

  /// Says how many times could not be read.
  private mutating func noteTimes() {
    let timed = records.count { $0[.start] != nil && $0[.end] != nil }
    let read = samples.count { $0.interval != nil }
    if timed > read {
      facts.notes.append(
        "\((timed - read).grouped) of \(timed.grouped) times cannot be read, or end before they begin.")
    }
  }
}
