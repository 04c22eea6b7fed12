import Corpora

/// How the clips of a corpus are called, where their names tell who speaks or what is read.
enum ClipNaming: CaseIterable, Sendable {
  /// A corpus that can be prepared, whose ids tell it.
  case registered
  case cremaD, ravdess, tess, emovDB

  /// What a name tells.
  struct Facts {
    var speaker: String
    var session: String?
    var dialog: String?
    /// The sentence that is read aloud.
    var script: String?
  }

  /// The corpus of `registered`.
  private static let registeredCorpus = CorpusRegistry.shipped.corpora.first { $0.sampleNaming != nil }

  /// What the corpus is called.
  var corpus: String {
    switch self {
    case .registered: Self.registeredCorpus?.name ?? ""
    case .cremaD: "CREMA-D"
    case .ravdess: "RAVDESS"
    case .tess: "TESS"
    case .emovDB: "EmoV-DB"
    }
  }

  /// What its clips' names are, in a sentence.
  var title: String {
    switch self {
    case .registered: "\(corpus)'s \(Self.registeredCorpus?.sampleNaming ?? "ids")"
    case .cremaD: "CREMA-D's file names <actor>_<sentence>_<emotion>_<level>"
    case .ravdess: "RAVDESS's file names, of which the last number is the actor"
    case .tess: "TESS's file names <speaker>_<word>_<emotion>"
    case .emovDB: "EmoV-DB's names <speaker>-<emotion>-<sentence>"
    }
  }

  /// Who speaks there.
  var speakerNoun: String { self == .cremaD || self == .ravdess ? "actor" : "speaker" }

  /// The naming that every name of a list follows; nil where there is none.
  ///
  /// - Parameter corpora: how the list calls the corpora that its lines are of; none where it does not.
  static func common(to names: some Collection<String>, corpora: Set<String>) -> ClipNaming? {
    guard !names.isEmpty, corpora.count < 2 else { return nil }
    return allCases.first { naming in
      // Two words and a feeling may be anything: the list has to say what it is.
      if naming.needsCorpus, corpora.first.map(normalized) != normalized(naming.corpus) { return false }
      return names.allSatisfy { naming.facts(of: $0, corpus: corpora.first) != nil }
    }
  }

  private var needsCorpus: Bool { self == .emovDB }

  private static func normalized(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

  /// What a name tells; nil where it is none of these.
  ///
  /// - Parameter corpus: what may stand before the name, with a dash between them.
  func facts(of name: String, corpus: String?) -> Facts? {
    var base = Substring(Self.withoutSuffix(name))
    if let corpus, base.hasPrefix(corpus + "-") { base = base.dropFirst(corpus.count + 1) }
    if self == .registered {
      return Self.registeredCorpus?.place(ofSample: String(base)).map {
        Facts(speaker: $0.speaker, session: $0.session, dialog: $0.dialog)
      }
    }
    let parts = base.split(whereSeparator: { $0 == "_" || $0 == "-" }).map(String.init)
    switch self {
    case .cremaD: return Self.cremaD(parts)
    case .ravdess: return Self.ravdess(parts)
    case .tess: return Self.tess(parts)
    case .emovDB:
      guard parts.count == 3, parts[2].allSatisfy(\.isASCII), Int(parts[2]) != nil else { return nil }
      return Facts(speaker: parts[0], script: parts[2])
    case .registered: return nil
    }
  }

  /// The last part of a path, without what says that it is a file of sound, pictures or features.
  static func withoutSuffix(_ name: String) -> String {
    let file = name.lastIndex { $0 == "/" || $0 == "\\" }.map { String(name[name.index(after: $0)...]) } ?? name
    guard let point = file.lastIndex(of: "."), point > file.startIndex else { return file }
    let ending = file[file.index(after: point)...]
    return ending.count <= 4 && ending.contains(where: \.isLetter) ? String(file[..<point]) : file
  }

  private static func cremaD(_ parts: [String]) -> Facts? {
    guard parts.count == 4, let actor = Int(parts[0]), 1001...1091 ~= actor, sentences.contains(parts[1]),
      ["ANG", "DIS", "FEA", "HAP", "NEU", "SAD"].contains(parts[2]), ["LO", "MD", "HI", "XX", "X"].contains(parts[3])
    else { return nil }
    return Facts(speaker: parts[0], script: parts[1])
  }

  /// CREMA-D's twelve sentences (https://github.com/CheyneyComputerScience/CREMA-D).
  private static let sentences: Set<String> = [
    "IEO", "TIE", "IOM", "IWW", "TAI", "MTI", "IWL", "ITH", "DFA", "ITS", "TSI", "WSI",
  ]

  /// Modality, channel, emotion, intensity, statement, repetition, actor (https://zenodo.org/records/1188976).
  private static func ravdess(_ parts: [String]) -> Facts? {
    let ends = [3, 2, 8, 2, 2, 2, 24]
    guard parts.count == ends.count, parts.allSatisfy({ $0.utf8.count == 2 }),
      zip(parts, ends).allSatisfy({ part, end in Int(part).map { 1...end ~= $0 } ?? false })
    else { return nil }
    return Facts(speaker: "Actor_\(parts[6])", script: "\(parts[1])-\(parts[4])")
  }

  /// Two women say 200 words in seven ways (https://doi.org/10.5683/SP2/E8H2MF).
  private static func tess(_ parts: [String]) -> Facts? {
    let feelings: Set<String> = [
      "angry", "disgust", "fear", "happy", "neutral", "ps", "sad", "pleasant", "surprise", "surprised",
    ]
    guard parts.count >= 3, ["OAF", "YAF", "OA"].contains(parts[0]), let last = parts.last,
      feelings.contains(last.lowercased())
    else { return nil }
    return Facts(speaker: parts[0] == "OA" ? "OAF" : parts[0], script: parts[1])
  }
}
