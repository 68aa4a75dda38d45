package org.learn4j.examples.shapes;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;

/** What there is to recognise. */
public enum ShapeKind {
    CIRCLE {
        @Override
        Shape outline() {
            return new Ellipse2D.Double(-1, -1, 2, 2);
        }
    },
    CROSS {
        @Override
        Shape outline() {
            double arm = 0.33;
            return polygon(
                    -arm, -1, arm, -1, arm, -arm, 1, -arm, 1, arm, arm, arm, arm, 1, -arm, 1, -arm, arm, -1, arm, -1,
                    -arm, -arm, -arm);
        }
    },
    SQUARE {
        @Override
        Shape outline() {
            return new Rectangle2D.Double(-0.8, -0.8, 1.6, 1.6);
        }
    },
    STAR {
        @Override
        Shape outline() {
            int points = 5;
            double inner = 0.42;
            double[] corners = new double[4 * points];
            for (int i = 0; i < 2 * points; i++) {
                double radius = i % 2 == 0 ? 1 : inner;
                corners[2 * i] = radius * Math.sin(Math.PI * i / points);
                corners[2 * i + 1] = -radius * Math.cos(Math.PI * i / points);
            }
            return polygon(corners);
        }
    },
    TRIANGLE {
        @Override
        Shape outline() {
            double half = Math.sqrt(3) / 2;
            return polygon(0, -1, half, 0.5, -half, 0.5);
        }
    };

    /** Returns the outline around (0, 0), about as large as the unit circle. */
    abstract Shape outline();

    /** Returns the name as it is used for a class. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Shape polygon(double... corners) {
        Path2D path = new Path2D.Double();
        path.moveTo(corners[0], corners[1]);
        for (int i = 2; i < corners.length; i += 2) {
            path.lineTo(corners[i], corners[i + 1]);
        }
        path.closePath();
        return path;
    }
}
