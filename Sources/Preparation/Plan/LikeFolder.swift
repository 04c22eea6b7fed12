import Corpora
import Digests
import Files
import Samples
public import Shards
import Text
import Workers

/// A prepared folder that other data are prepared like (`--like`), so that a model trained on it can be asked about them.
///
/// The other data take over its configuration and its scalers. Nothing is fitted on them.
public struct LikeFolder: Sendable {
  /// Where it is.
  public let path: String
  /// What it holds.
  public let manifest: Manifest
  /// The SHA-256 of its manifest's file, which a folder that is like it records.
  public let manifestSHA256: String
  private let scalers: ScalersFile
  /// The bytes of scalers.safetensors.
  private let scalersBytes: [UInt8]

  /// More than scalers of the widest columns take.
  private static let largestScalers = 1 << 28

  /// Reads the manifest and the scalers.
  ///
  /// - Throws: `DataError` 66 when the folder is not finished; 65 when manifest or scalers are damaged, contradict each
  ///   other, or the folder was itself prepared like another.
  public init(_ path: String) throws {
    self.path = path
    let manifest = try Manifest.read(path)
    if manifest.likeSHA256 != nil {
      throw DataError(
        .badData, file: path, "was itself prepared like another folder",
        expected: "a folder with a train split, on which its scalers were fitted",
        advice: "Name that folder with --like.")
    }
    let file = path + "/" + ScalersFile.name
    let bytes = try InputFile.contents(of: file, limit: Self.largestScalers)
    guard manifest.scalers.file == ScalersFile.name, Self.digest(of: bytes) == manifest.scalers.sha256 else {
      throw DataError(
        .badData, file: file, "is not the file that \(Manifest.name) names",
        expected: "SHA-256 \(manifest.scalers.sha256)", advice: Self.remedy)
    }
    scalers = try ScalersFile.read(path, manifest)
    scalersBytes = bytes
    manifestSHA256 = try SHA256.hexDigest(ofFile: path + "/" + Manifest.name).digest
    guard try Manifest.read(path) == manifest else {
      throw DataError(
        .badData, file: path + "/" + Manifest.name, "changed while the folder was read",
        expected: "one preparation from first to last", advice: "Run again when nothing writes into the folder.")
    }
    self.manifest = manifest
  }

  private static func digest(of bytes: [UInt8]) -> String {
    var digest = SHA256()
    bytes.withUnsafeBytes { digest.update($0) }
    return digest.hexDigest()
  }

  private static let remedy = "Copy the whole folder again, or prepare it again with --overwrite."

  /// Makes sure that the folder is not the one that is written, nor a copy of it: a model of it would lose its data.
  ///
  /// - Throws: `DataError` 73.
  func requireOther(than output: String) throws {
    let manifest = output + "/" + Manifest.name
    guard try Folder.entry(at: manifest) == .file, try SHA256.hexDigest(ofFile: manifest).digest == manifestSHA256
    else {
      return
    }
    throw DataError(
      .cannotCreate, file: output, "is the folder that --like names", expected: "a folder of its own",
      advice: "Choose another --out.")
  }

  /// Makes sure that nothing of the folder is damaged: what became of its samples can tell of what became of its scalers.
  ///
  /// - Throws: `DataError` 65 for the first damage.
  func requireIntact(progress: any ProgressSink) throws {
    guard let damage = try PreparedFolder.verify(path, progress: progress).problems.first else { return }
    throw DataError(
      .badData, file: path, "is damaged: \(damage)", expected: "the files that the manifest names", advice: Self.remedy)
  }

  // MARK: - Scalers

  /// The scalers that were fitted on the folder's train split.
  ///
  /// - Throws: `DataError` 65 when the numbers cannot be fitted scalers'.
  func scalers(of modalities: [Modality]) throws -> [Modality: RobustScaler] {
    var restored: [Modality: RobustScaler] = [:]
    for modality in modalities {
      guard let columns = scalers.columns[modality] else {
        throw DataError(.badData, file: path + "/" + ScalersFile.name, "has no scaler for \(modality)")
      }
      do {
        restored[modality] = try RobustScaler(
          storedCenter: columns.center, scale: columns.scale, rowCount: manifest.scalers.rows[modality] ?? 0,
          samplesDigest: manifest.scalers.trainSamplesSHA256,
          columnsWithoutValue: Set(manifest.scalers.columnsWithoutValue[modality] ?? []))
      } catch let error as DataError {
        throw error.inFile(path + "/" + ScalersFile.name)
      }
    }
    return restored
  }

  /// Writes a copy of the scalers.
  ///
  /// - Returns: its SHA-256, which is the original's.
  func writeScalers(to path: String) throws -> String {
    var file = try AtomicFile(path: path)
    try file.write(scalersBytes)
    try file.commit()
    return manifest.scalers.sha256
  }

  // MARK: - Columns

  /// Makes sure that a corpus has the columns that the scalers and the model are for.
  ///
  /// - Throws: `DataError` 65 that names the first difference.
  func requireColumns(of corpus: OpenedCorpus, _ configuration: PreparationConfiguration) throws {
    for modality in configuration.modalities.sorted() {
      guard let record = manifest.modalities[modality] else {
        throw DataError(
          .badData, file: path, "has no \(modality)", expected: "the modalities of \(corpus.place(of: modality))",
          advice: "Leave \(modality) out with --modalities.")
      }
      let width = corpus.width(of: modality)
      if width != record.dim {
        throw refusal(
          of: corpus, modality, "has \(width.counted("\(modality) column"))", expected: "\(record.dim)")
      }
      if let own = corpus.columnNames[modality], let known = record.columns,
        let place = zip(own, known).enumerated().first(where: { $1.0 != $1.1 })
      {
        throw refusal(
          of: corpus, modality, "has the \(modality) column \(place.element.0) in place \(place.offset)",
          expected: place.element.1)
      }
      let source = corpus.sourceNames[modality] ?? ""
      let computed = [AudioFeatures.version, HashedWordVectors.version]
      if source != record.source, computed.contains(source) || computed.contains(record.source) {
        throw refusal(
          of: corpus, modality, "has \(modality) features from \(source.isEmpty ? "a file of its own" : source)",
          expected: record.source)
      }
    }
  }

  private func refusal(
    of corpus: OpenedCorpus, _ modality: Modality, _ problem: String, expected: String
  ) -> DataError {
    DataError(
      .badData, file: corpus.place(of: modality), problem, expected: "\(expected), as the folder \(path) has",
      advice: "Make the features as they were made for that folder.")
  }

  // MARK: - Labels

  /// The corpus with the label columns of the folder: those that it does not have are unknown.
  ///
  /// - Throws: `DataError` 65 when it has others.
  func naming(labelsOf corpus: OpenedCorpus) throws -> OpenedCorpus {
    var corpus = corpus
    corpus.labels = try LikeLabels(corpus.labels, like: self)
    return corpus
  }
}

extension OpenedCorpus {
  /// What messages call a modality's features.
  fileprivate func place(of modality: Modality) -> String { features[modality]?.path ?? labels.path }
}
