package org.learn4j.vision.data;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.data.Slot;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.augment.AugmentationPlan;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.image.Detail;
import org.learn4j.vision.image.Image;

/** Pictures and labels, varied from epoch to epoch or not. */
final class ImageDataset implements Dataset {
    private final ImageSource source;
    private final @Nullable ImageLabels labels;
    private final ImageEncoder encoder;
    private final Augmentations augmentations;
    private final @Nullable Seed seed;
    private final Detail detail;
    private final ThreadLocal<float[]> numbers;

    /** Creates a data set that is varied if there is a seed. */
    ImageDataset(
            ImageSource source,
            @Nullable ImageLabels labels,
            ImageEncoder encoder,
            Augmentations augmentations,
            @Nullable Seed seed) {
        this.source = source;
        this.labels = labels;
        this.encoder = encoder;
        this.augmentations = augmentations;
        this.seed = seed;
        this.detail = encoder.detail(seed == null ? 1 : augmentations.magnification());
        this.numbers = ThreadLocal.withInitial(() -> new float[encoder.size()]);
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public List<Field> inputs() {
        return List.of(Field.image("image", encoder.channels(), encoder.height(), encoder.width()));
    }

    @Override
    public Optional<Field> target() {
        return Optional.ofNullable(labels)
                .map(known ->
                        known.multi() ? Field.floats("labels", known.classes().size()) : Field.ints("class"));
    }

    @Override
    public List<String> classes() {
        return labels == null ? List.of() : labels.classes();
    }

    @Override
    public void write(int item, int row, List<Slot> inputs, Optional<Slot> target) {
        write(0, item, row, inputs, target);
    }

    @Override
    public void write(int epoch, int item, int row, List<Slot> inputs, Optional<Slot> target) {
        Image image = source.load(item, detail);
        float[] pixels = numbers.get();
        encoder.write(image, plan(epoch, item, image), pixels);
        inputs.get(0).set(row, pixels, 0);
        if (labels != null && target.isPresent()) {
            writeLabels(labels, item, row, target.get());
        }
    }

    Detail detail() {
        return detail;
    }

    AugmentationPlan plan(int epoch, int item, Image image) {
        return seed == null
                ? augmentations.validationPlan(image, encoder.width(), encoder.height(), encoder.resize())
                : augmentations.plan(
                        seed.fold(epoch).fold(item), image, encoder.width(), encoder.height(), encoder.resize());
    }

    private static void writeLabels(ImageLabels labels, int item, int row, Slot slot) {
        int[] codes = labels.codes()[item];
        if (labels.multi()) {
            float[] hot = new float[labels.classes().size()];
            for (int code : codes) {
                hot[code] = 1;
            }
            slot.set(row, hot, 0);
        } else {
            slot.set(row, codes[0]);
        }
    }
}
