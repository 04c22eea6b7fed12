/// Whether the columns of a modality look like those that were kept for their correlation with a label over all samples.
///
/// Such a selection leaves an edge: no kept column correlates less than the weakest one chosen, and most lie just above it. The
/// edge is sharp over the samples that were used for the selection, and blurred over any part of them. So columns selected
/// on train have their edge in train, those selected on all data have it there, and unselected columns have none.
struct SelectionEdge: Sendable {
  /// A column's correlation with the label.
  struct Column: Sendable {
    let overall: Double
    let train: Double
  }

  let columnCount: Int
  /// The weakest correlations, in units of what chance gives.
  let weakestOverall: Double
  let weakestTrain: Double

  /// With fewer columns, no weak one may be among them by chance.
  private static let fewestColumns = 20
  /// By chance alone, seven columns in eight correlate less than this.
  private static let smallestEdge = 1.5
  /// Half of the columns must lie within this distance of the edge.
  private static let largestDistance = 1.2
  /// The weakest column in train must lie this far below the edge that all samples would have there, as a share of how much
  /// independent columns scatter. (Of columns that were selected on train it lies far above, as the edge is there.)
  private static let smallestDrop = 0.2
  /// Train correlations must scatter by at least this share of what independent columns do: columns that repeat each other move together.
  private static let smallestScatter = 0.5

  /// - Parameters:
  ///   - overallCount: the number of independent samples.
  ///   - trainCount: the number of those among them that are in train.
  init?(_ columns: [Column], overallCount: Double, trainCount: Double) {
    guard columns.count >= Self.fewestColumns, trainCount > 4, overallCount > trainCount + 4 else { return nil }
    let overall = columns.map { abs($0.overall) * overallCount.squareRoot() }.sorted()
    // In the direction of the correlation that the column was kept for.
    let train = columns.map { ($0.overall < 0 ? -1 : 1) * $0.train * trainCount.squareRoot() }
    let share = trainCount / overallCount
    let offsets = zip(columns, train).map { column, train in
      train - share.squareRoot() * abs(column.overall) * overallCount.squareRoot()
    }
    let mean = offsets.reduce(0, +) / Double(offsets.count)
    let scatter = (offsets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(offsets.count)).squareRoot()
    guard let weakest = overall.first, let weakestTrain = train.min(), weakest >= Self.smallestEdge,
      overall[overall.count / 2] - weakest <= Self.largestDistance,
      weakestTrain <= share.squareRoot() * weakest - Self.smallestDrop * (1 - share).squareRoot(),
      scatter >= Self.smallestScatter * (1 - share).squareRoot()
    else { return nil }
    columnCount = columns.count
    weakestOverall = weakest
    self.weakestTrain = weakestTrain
  }
}
