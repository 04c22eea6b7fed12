import Foundation

extension Panel {
  private struct Frame {
    var x, y, width, height: Double
    var xAxis, yAxis: Axis

    func place(_ point: Series.Point) -> CGPoint {
      CGPoint(x: x + xAxis.position(point.x) * width, y: y + (1 - yAxis.position(point.y)) * height)
    }
  }

  /// Draws the panel into a rectangle of the canvas.
  func draw(on canvas: Canvas, x: Double, y: Double, width: Double, height: Double) {
    let frame = frame(x: x, y: y, width: width, height: height)
    canvas.text(title, x: frame.x, y: y + 16, size: 13, isBold: true)
    drawAxes(frame, on: canvas, bottom: y + height, left: x)
    canvas.clipped(x: frame.x, y: frame.y - 2, width: frame.width, height: frame.height + 4) {
      for guide in guides { draw(guide, in: frame, on: canvas) }
      for item in series { draw(item, in: frame, on: canvas) }
    }
    drawLegend(frame, on: canvas)
  }

  private func frame(x: Double, y: Double, width: Double, height: Double) -> Frame {
    var xs = series.flatMap { $0.points.filter { $0.y.isFinite }.map(\.x) }
    var ys = series.flatMap { $0.points.map(\.y) }
    for item in series where item.mark == .bars {
      ys.append(0); xs.append((item.points.last?.x ?? 0) + Self.barWidth(item))
    }
    for guide in guides {
      switch guide {
      case .horizontal(let value, _): ys.append(value)
      case .vertical(let value, _): xs.append(value)
      case .diagonal: break
      }
    }
    return Frame(
      x: x + 58, y: y + 46, width: width - 72, height: height - 46 - 40,
      xAxis: Axis(holding: xs, tickCount: 7, padded: series.contains { $0.mark == .dots }),
      yAxis: Axis(holding: ys, padded: true))
  }

  private func drawAxes(_ frame: Frame, on canvas: Canvas, bottom: Double, left: Double) {
    for tick in frame.yAxis.ticks {
      let y = frame.place(.init(frame.xAxis.range.lowerBound, tick)).y
      canvas.line([CGPoint(x: frame.x, y: y), CGPoint(x: frame.x + frame.width, y: y)], lineWidth: 0.6, .faint)
      canvas.text(frame.yAxis.label(tick), x: frame.x - 6, y: y + 3.5, size: 10, anchor: .end, .muted)
    }
    let base = frame.y + frame.height
    for tick in frame.xAxis.ticks {
      let x = frame.place(.init(tick, frame.yAxis.range.lowerBound)).x
      canvas.line([CGPoint(x: x, y: base), CGPoint(x: x, y: base + 4)], lineWidth: 0.8, .muted)
      canvas.text(frame.xAxis.label(tick), x: x, y: base + 15, size: 10, anchor: .middle, .muted)
    }
    canvas.line([CGPoint(x: frame.x, y: base), CGPoint(x: frame.x + frame.width, y: base)], lineWidth: 0.8, .muted)
    canvas.text(xLabel, x: frame.x + frame.width / 2, y: bottom - 8, size: 11, anchor: .middle)
    canvas.text(yLabel, x: left + 13, y: frame.y + frame.height / 2, size: 11, anchor: .middle, isUpright: true)
  }

  private func draw(_ guide: Guide, in frame: Frame, on canvas: Canvas) {
    let (xs, ys) = (frame.xAxis.range, frame.yAxis.range)
    let ends: [Series.Point]
    switch guide {
    case .horizontal(let y, _): ends = [.init(xs.lowerBound, y), .init(xs.upperBound, y)]
    case .vertical(let x, _): ends = [.init(x, ys.lowerBound), .init(x, ys.upperBound)]
    case .diagonal:
      let low = max(xs.lowerBound, ys.lowerBound)
      let high = min(xs.upperBound, ys.upperBound)
      ends = [.init(low, low), .init(high, high)]
    }
    let places = ends.map(frame.place)
    canvas.line(places, lineWidth: 1, dash: [2, 3], .muted)
    switch guide {
    case .horizontal(_, let name):
      canvas.text(name, x: places[1].x - 4, y: places[1].y - 4, size: 9, anchor: .end, .muted)
    case .vertical(let value, let name):
      let isRight = frame.xAxis.position(value) > 0.6
      let x = places[1].x + (isRight ? -4 : 4)
      canvas.text(name, x: x, y: places[1].y + 10, size: 9, anchor: isRight ? .end : .start, .muted)
    case .diagonal: break
    }
  }

  private func draw(_ item: Series, in frame: Frame, on canvas: Canvas) {
    switch item.mark {
    case .line, .dashes:
      let pieces = item.points.split(whereSeparator: { !$0.x.isFinite || !$0.y.isFinite })
      for piece in pieces {
        let places = piece.map(frame.place)
        canvas.line(places, lineWidth: 1.8, dash: item.mark == .dashes ? [6, 3] : [], item.color)
        if places.count == 1 { canvas.dot(x: places[0].x, y: places[0].y, radius: 2.5, item.color) }
      }
    case .dots:
      for point in item.points where point.x.isFinite && point.y.isFinite {
        let place = frame.place(point)
        canvas.dot(x: place.x, y: place.y, radius: 2, item.color.opacity(0.45))
      }
    case .bars:
      let barWidth = Self.barWidth(item)
      for point in item.points {
        let (low, high) = (frame.place(.init(point.x, 0)), frame.place(.init(point.x + barWidth, point.y)))
        let gap = min(1, (high.x - low.x) * 0.1)
        canvas.fill(x: low.x, y: high.y, width: high.x - low.x - gap, height: low.y - high.y, item.color)
      }
    }
  }

  private static func barWidth(_ item: Series) -> Double {
    item.points.count > 1 ? item.points[1].x - item.points[0].x : 1
  }

  private func drawLegend(_ frame: Frame, on canvas: Canvas) {
    var x = frame.x
    let y = frame.y - 14
    for item in series {
      guard let name = item.name else { continue }
      switch item.mark {
      case .line: canvas.line([CGPoint(x: x, y: y), CGPoint(x: x + 22, y: y)], lineWidth: 2, item.color)
      case .dashes:
        canvas.line([CGPoint(x: x, y: y), CGPoint(x: x + 22, y: y)], lineWidth: 2, dash: [6, 3], item.color)
      case .dots: canvas.dot(x: x + 11, y: y, radius: 3, item.color)
      case .bars: canvas.fill(x: x + 6, y: y - 4, width: 10, height: 8, item.color)
      }
      canvas.text(name, x: x + 28, y: y + 4, size: 10.5)
      x += 28 + canvas.measure(name, size: 10.5) + 18
    }
  }
}
