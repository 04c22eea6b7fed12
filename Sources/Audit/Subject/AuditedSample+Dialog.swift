import Corpora

extension AuditedSample {
  /// The conversation that an IEMOCAP id is of: `Ses01F_impro01_M000` → `Ses01F_impro01`, also where a segment number
  /// follows (`…_M000[2]`); nil for any other id.
  static func dialog(of id: String) -> String? {
    guard id.utf8.starts(with: "Ses".utf8) else { return nil }
    return UtteranceID(id.prefix { $0.isLetter || $0.isNumber || $0 == "_" })?.dialog
  }
}
