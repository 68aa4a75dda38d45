package org.learn4j.vision;

import java.util.Arrays;
import java.util.Locale;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.vision.augment.ResizeMethod;
import org.learn4j.vision.data.ImageEncoder;
import org.learn4j.vision.data.Normalization;
import org.learn4j.vision.image.ImageLimits;

/** What an exported model of pictures holds besides the network: how a picture becomes its input. */
final class ImageManifest {
    /** The name under which an exported model has it. */
    static final String EXTENSION = "vision";

    private static final int CHANNELS = 3;

    private ImageManifest() {}

    static Json.Fields toJson(ImageEncoder encoder) {
        return Json.object()
                .with("width", encoder.width())
                .with("height", encoder.height())
                .with("resize", encoder.resize().name().toLowerCase(Locale.ROOT))
                .with("padding", encoder.padding().name().toLowerCase(Locale.ROOT))
                .with("channels", encoder.channels())
                .with("mean", Json.decimals(encoder.normalization().mean()))
                .with("deviation", Json.decimals(encoder.normalization().deviation()));
    }

    /**
     * Reads what {@link #toJson} returned.
     *
     * @throws org.learn4j.persist.ModelFormatException if it is something else
     */
    static ImageEncoder fromJson(JsonPlace place) {
        place.allow("width", "height", "resize", "padding", "channels", "mean", "deviation");
        int width = side(place.get("width"));
        int height = side(place.get("height"));
        if ((long) width * height > ImageLimits.DEFAULT.pixels()) {
            throw place.expected("pictures of at most " + ImageLimits.DEFAULT.pixels() + " pixels");
        }
        int channels = place.get("channels").integer();
        if (channels != 1 && channels != CHANNELS) {
            throw place.get("channels").expected("1 or 3 channels");
        }
        double[] mean = three(place.get("mean"));
        double[] deviation = three(place.get("deviation"));
        if (Arrays.stream(deviation).anyMatch(value -> value <= 0)) {
            throw place.get("deviation").expected("positive deviations");
        }
        return new ImageEncoder(
                width,
                height,
                choice(place.get("resize"), ResizeMethod.values()),
                choice(place.get("padding"), PaddingMode.values()),
                channels,
                Normalization.of(mean, deviation));
    }

    private static int side(JsonPlace place) {
        int value = place.integer();
        if (value < 1) {
            throw place.expected("a size of at least 1");
        }
        return value;
    }

    private static double[] three(JsonPlace place) {
        double[] values = place.items().stream().mapToDouble(JsonPlace::finite).toArray();
        if (values.length != CHANNELS) {
            throw place.expected("three numbers");
        }
        return values;
    }

    private static <E extends Enum<E>> E choice(JsonPlace place, E[] choices) {
        for (E known : choices) {
            if (known.name().toLowerCase(Locale.ROOT).equals(place.text())) {
                return known;
            }
        }
        throw place.expected("one of " + Arrays.toString(choices).toLowerCase(Locale.ROOT));
    }
}
