package org.learn4j.vision.augment;

import java.util.function.IntUnaryOperator;
import org.learn4j.vision.image.Image;

/** Changes of colours that mix the channels. */
final class Colours {
    private Colours() {}

    static Image saturate(Image image, double factor) {
        double[] logits = new double[256];
        for (int i = 0; i < 256; i++) {
            double level = Math.max(1e-7, Math.min(1 - 1e-7, i / 255.0));
            logits[i] = Math.log(level / (1 - level));
        }
        return map(image, pixel -> {
            double red = logits[pixel >> 16 & 0xFF];
            double green = logits[pixel >> 8 & 0xFF];
            double blue = logits[pixel & 0xFF];
            double grey = (1 - factor) * (0.2989 * red + 0.5870 * green + 0.1140 * blue);
            return level(factor * red + grey) << 16 | level(factor * green + grey) << 8 | level(factor * blue + grey);
        });
    }

    private static int level(double logit) {
        return (int) Math.round(255 / (1 + Math.exp(-logit)));
    }

    /** Turns hues by a share of the whole circle; value and saturation (HSV) stay. */
    static Image turnHue(Image image, double turn) {
        return map(image, pixel -> {
            int red = pixel >> 16 & 0xFF;
            int green = pixel >> 8 & 0xFF;
            int blue = pixel & 0xFF;
            int max = Math.max(red, Math.max(green, blue));
            int range = max - Math.min(red, Math.min(green, blue));
            if (range == 0) {
                return pixel;
            }
            double hue = max == red
                    ? (double) (green - blue) / range
                    : max == green ? 2 + (double) (blue - red) / range : 4 + (double) (red - green) / range;
            double turned = hue + 6 * turn;
            return channel(turned + 5, max, range) << 16
                    | channel(turned + 3, max, range) << 8
                    | channel(turned + 1, max, range);
        });
    }

    /** One channel of HSV with hue in sixths of the circle: max less a trapezoid of height range. */
    private static int channel(double hue, int max, int range) {
        double k = hue - 6 * Math.floor(hue / 6);
        return (int) Math.round(max - range * Math.max(0, Math.min(1, Math.min(k, 4 - k))));
    }

    private static Image map(Image image, IntUnaryOperator change) {
        return Image.of(image.width(), image.height(), (x, y) -> change.applyAsInt(image.pixel(x, y)));
    }
}
