import Corpora
import Digests
import Files
import Leaks
import Shards
import Signals
import Text

/// `reproducible`: the raw files and the recorded configuration must reproduce the folder's bytes.
struct Reproducible: AuditCheck {
  let id = "reproducible"
  let severity = Severity.error
  let leakage: LeakageType? = nil
  let meaning = "The same input and configuration give the same bytes."

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(
      try subject.datasets.map { dataset in
        do {
          return (dataset.name, try Self.finding(for: dataset, try subject.reruns.clean(dataset, subject)))
        } catch let obstacle as RawFiles.Obstacle {
          return (dataset.name, .undecidable(obstacle.reason, advice: obstacle.advice))
        }
      })
  }

  private static func finding(for dataset: AuditedDataset, _ clean: Reruns.Clean) throws -> Finding {
    let (folder, again) = (clean.folder, clean.manifest)
    // The manifest contains the fold file's digest and the program's version, so it is comparable only if both are the
    // same.
    let isSameMaker =
      clean.rerun.hasRecordedFolds && again.toolVersion == dataset.manifest?.toolVersion
      && again.arithmetic == dataset.manifest?.arithmetic
      && again.sources == dataset.manifest?.sources
    let files = dataset.files.map(\.name).filter { isSameMaker || $0 != Manifest.name }
    let more = Set(try AuditedDataset.files(of: folder, manifest: again).map(\.name))
      .subtracting(dataset.files.map(\.name))
    var differing: [(name: String, text: String)] = more.sorted().map { ($0, "\($0) is missing") }
    for name in files {
      try Interrupt.check()
      guard try Folder.entry(at: folder + "/" + name) != nil else {
        differing.append((name, "\(name) is not produced again"))
        continue
      }
      let (old, new) = (
        try SHA256.hexDigest(ofFile: dataset.path + "/" + name), try SHA256.hexDigest(ofFile: folder + "/" + name)
      )
      if old.digest != new.digest {
        differing.append((name, "\(name) has SHA-256 \(old.digest), prepared again \(new.digest)"))
      }
    }
    let names = differing.map(\.name)
    if differing.isEmpty {
      let note = isSameMaker ? "" : "; the manifest names another version or fold file and was not compared"
      return .pass(
        "Prepared again from the raw files: \(Phrase.count(files.count, "file")) identical, bit for bit\(note).",
        evidence: [Evidence(text: "Compared: \(Phrase.list(files, limit: 8)).", facts: ["files": .names(files)])])
    }
    if let rounding = try RoundingDifference(dataset, madeAgainIn: folder, again) {
      return rounding.finding(Phrase.list(names))
    }
    return .fail(
      "Prepared again from the raw files, \(Phrase.list(names)) come\(names.count == 1 ? "s" : "") out with different bytes.",
      evidence: differing.prefix(Phrase.keptCount).map { Evidence(text: $0.text + ".", facts: .string($0.name)) },
      advice: "The folder was changed, or made by other code: prepare it again with --overwrite and use the result.")
  }
}
