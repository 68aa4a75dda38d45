package org.learn4j.vision.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.data.Slot;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.image.ImageLimits;

/**
 * Pictures without labels, each as an encoder makes it a model's input: for predictions (fastai's test_dl).
 *
 * <pre>{@code
 * Predictions predictions = learner.predictions(EncodedImages.ofFiles(data.encoder(), files));
 * }</pre>
 */
public final class EncodedImages implements Dataset {
    private final ImageDataset images;

    private EncodedImages(ImageSource source, ImageEncoder encoder) {
        this.images =
                new ImageDataset(source, null, encoder, Augmentations.none().padding(encoder.padding()), null);
    }

    /** Returns pictures in memory. */
    public static EncodedImages of(ImageEncoder encoder, List<Image> images) {
        return new EncodedImages(new MemorySource(List.copyOf(images)), encoder);
    }

    /** Returns files, each read when it is asked for. */
    public static EncodedImages ofFiles(ImageEncoder encoder, List<Path> files) {
        return new EncodedImages(new FileSource(List.copyOf(files), ImageLimits.DEFAULT), encoder);
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public List<Field> inputs() {
        return images.inputs();
    }

    @Override
    public Optional<Field> target() {
        return Optional.empty();
    }

    @Override
    public void write(int item, int row, List<Slot> inputs, Optional<Slot> target) {
        images.write(item, row, inputs, target);
    }
}
