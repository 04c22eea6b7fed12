import Files
import TensorCore
import Workers

/// The fixed model trained on all of train and again without parts of it, and what each model loses on every test sample.
///
/// A train sample is in a block, of which each retraining leaves one out, and may be in a fold: the offending samples that
/// the leak is without. Products of samples are summed once for each pair of block and fold; every model is then solved from
/// sums of these.
struct Retrainings: Sendable {
  /// Where a train sample belongs.
  struct Membership: Hashable, Sendable {
    let block: Int
    /// nil where it offends nobody.
    let fold: Int?
  }

  let inputs: ModelInputs
  let label: EffectLabel
  let train: [Int]
  let test: [Int]
  /// One a train sample.
  let memberships: [Membership]
  let blockCount: Int
  let foldCount: Int
  let threads: Int

  /// What each model loses on each test sample: how far its number is off, or 1 for a wrong class.
  struct Losses: Sendable {
    /// Trained on all of train.
    var whole: [Double] = []
    /// Trained without a fold: [fold].
    var withoutFold: [[Double]] = []
  }

  /// The losses of models that read all columns, first without leaving out a block, then without each.
  ///
  /// - Parameter leavingOut: whether the model must do without the removable columns.
  func losses(leavingOut: Bool = false) throws -> (whole: Losses, withoutBlock: [Losses]) {
    let targets = Targets(label, train)
    let order = RidgeSolver.order(width: inputs.width, targetCount: targets.count)
    let sums = try products(targets, order)
    let tested = try inputs.rows(of: test, stride: inputs.width, threads: threads)
    let excluded = leavingOut ? inputs.removable : 0..<0
    let penalty = Double(max(1, inputs.columnCount(leavingOut: leavingOut)))
    let (width, folds) = (inputs.width, foldCount)
    let all = try OrderedWorkers(threadCount: threads).map(
      count: blockCount + 1, state: { RidgeSolver(width: width, targetCount: targets.count) }
    ) { number, solver in
      // The whole comes first.
      let block = number == 0 ? nil : number - 1
      let rest = sums.products(leavingOut: block)
      func losses(_ products: [Double], _ solver: inout RidgeSolver) -> [Double] {
        solver.solve(products, penalty: penalty, leavingOut: excluded)
        return targets.losses(solver, tested, test, label)
      }
      return Losses(
        whole: losses(rest, &solver),
        withoutFold: (0..<folds).map { fold in
          losses(sums.removing(fold: fold, from: rest, leavingOut: block), &solver)
        })
    }
    return (all[0], Array(all.dropFirst()))
  }

  // MARK: - Sums of products

  /// The products of all columns with all, [order, order], by block and fold.
  private struct Sums: Sendable {
    /// [block][fold], the samples in no fold last.
    var cells: [[[Float]]] = []
    var total: [Double]
    var folds: [[Double]]

    /// The products of all samples that are not in a block.
    func products(leavingOut block: Int?) -> [Double] {
      var products = total
      if let block { for cell in cells[block] { Self.add(cell, -1, to: &products) } }
      return products
    }

    /// The same without those of a fold.
    func removing(fold: Int, from rest: [Double], leavingOut block: Int?) -> [Double] {
      var products = rest
      for index in products.indices { products[index] -= folds[fold][index] }
      if let block { Self.add(cells[block][fold], 1, to: &products) }
      return products
    }

    static func add(_ cell: [Float], _ sign: Double, to products: inout [Double]) {
      // A cell without samples has no products.
      for index in cell.indices { products[index] += sign * Double(cell[index]) }
    }
  }

  private func products(_ targets: Targets, _ order: Int) throws -> Sums {
    let (train, inputs, label) = (train, inputs, label)
    let members = memberships
    let parts = (0..<blockCount * (foldCount + 1)).map { part in
      train.indices.filter {
        members[$0].block * (foldCount + 1) + (members[$0].fold ?? foldCount) == part
      }
    }
    let cells = try OrderedWorkers(threadCount: threads).map(count: parts.count) { part -> [Float] in
      let rows = parts[part].map { train[$0] }
      if rows.isEmpty { return [] }
      let table = try inputs.rows(of: rows, stride: order, threads: 1) { index, cells in
        cells[0] = 1
        targets.write(label, index, cells.part(from: 1, count: targets.count))
      }
      return [Float](unsafeUninitializedCapacity: order * order) { output, count in
        // A product only reads its factors.
        let matrix = Matrix(UnsafeMutableBufferPointer(mutating: table.values), rows: rows.count, columns: order)
        Products.transposedMultiply(matrix, matrix, into: Matrix(output, rows: order, columns: order))
        count = order * order
      }
    }
    let none = [Double](repeating: 0, count: order * order)
    var sums = Sums(total: none, folds: Array(repeating: none, count: foldCount))
    for block in 0..<blockCount {
      let own = Array(cells[block * (foldCount + 1)..<(block + 1) * (foldCount + 1)])
      for (fold, cell) in own.enumerated() {
        Sums.add(cell, 1, to: &sums.total)
        if fold < foldCount { Sums.add(cell, 1, to: &sums.folds[fold]) }
      }
      sums.cells.append(own)
    }
    return sums
  }

  // MARK: - Targets

  /// What is fitted: the number, brought to mean 0 and deviation 1 over train, or for each class 1 where it is the sample's.
  private struct Targets: Sendable {
    let count: Int
    let center: Double
    let scale: Double

    init(_ label: EffectLabel, _ train: [Int]) {
      count = max(1, label.classes.count)
      guard label.classes.isEmpty else {
        (center, scale) = (0, 1)
        return
      }
      let spread = EffectInterval.spread(train.compactMap { label.values[$0] })
      (center, scale) = (spread.mean, spread.deviation > 0 ? spread.deviation : 1)
    }

    func write(_ label: EffectLabel, _ index: Int, _ cells: Vector) {
      let value = label.values[index] ?? center
      if label.classes.isEmpty {
        cells[0] = Float((value - center) / scale)
      } else {
        for place in cells.indices { cells[place] = value == Double(place) ? 1 : 0 }
      }
    }

    /// What a solved model loses on each sample.
    func losses(
      _ solver: RidgeSolver, _ rows: FixedFloats, _ test: [Int], _ label: EffectLabel
    ) -> [Double] {
      let width = solver.width
      let predictions = [Float](unsafeUninitializedCapacity: test.count * count) { output, written in
        var weights = solver.coefficients.map { Float($0) }
        weights.withUnsafeMutableBufferPointer { weights in
          // A product only reads its factors.
          Products.multiply(
            Matrix(UnsafeMutableBufferPointer(mutating: rows.values), rows: test.count, columns: width),
            Matrix(weights, rows: width, columns: count), into: Matrix(output, rows: test.count, columns: count))
        }
        written = test.count * count
      }
      return test.indices.map { place in
        let truth = label.values[test[place]] ?? .nan
        let answers = (0..<count).map { Double(predictions[place * count + $0]) + solver.constants[$0] }
        if label.classes.isEmpty { return abs(answers[0] * scale + center - truth) }
        let best = answers.indices.reduce(0) { answers[$1] > answers[$0] ? $1 : $0 }
        return Double(best) == truth ? 0 : 1
      }
    }
  }
}
