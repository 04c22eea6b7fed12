/// The version of the programs of this package.
public enum ToolVersion {
  /// Goes into manifests and is what `--version` prints.
  public static let current = "0.1.0"
}
