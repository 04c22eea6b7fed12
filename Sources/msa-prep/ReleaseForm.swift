public import ArgumentParser
public import Corpora

/// `--folder`, `--tar`, `--plain-tar` and `--zip`: in what form a synthetic release is written.
extension SyntheticRelease.Form: EnumerableFlag {
  /// The flag of a form.
  public static func name(for value: Self) -> NameSpecification {
    switch value {
    case .folder: .customLong("folder")
    case .tar: .customLong("tar")
    case .plainTar: .customLong("plain-tar")
    case .zip: .customLong("zip")
    }
  }

  /// What its help says.
  public static func help(for value: Self) -> ArgumentHelp? {
    switch value {
    case .folder: "Write the five sessions as folders."
    case .tar: "Pack them as IEMOCAP_full_release.tar.gz, as the release comes."
    case .plainTar: "Pack them as IEMOCAP_full_release.tar."
    case .zip: "Pack them as IEMOCAP_full_release.zip."
    }
  }
}
