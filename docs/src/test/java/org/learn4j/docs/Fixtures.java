package org.learn4j.docs;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.Json;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.model.SqueezeNet;

/** Files that any page may read. */
final class Fixtures {
    private static final String[] BREEDS = {"Maine_Coon", "beagle", "pug"};
    private static final int PHOTOS = 90;
    private static final int SIZE = 48;

    private Fixtures() {}

    /** Writes a file of sales. */
    static void sales(Path csv) throws IOException {
        RandomStream random = Seed.of(3).stream();
        StringBuilder rows = new StringBuilder("Store,State,Date,Promo,CompetitionDistance,Sales\n");
        for (LocalDate day = LocalDate.of(2014, 1, 1); day.getYear() == 2014; day = day.plusDays(1)) {
            for (int store = 1; store <= 10; store++) {
                int promo = day.getDayOfYear() / 7 % 2;
                double sales = (2000 + 300 * store) * (1 + 0.4 * promo) * Math.exp(0.1 * random.nextGaussian());
                rows.append(store)
                        .append(store % 2 == 0 ? ",BY," : ",SN,")
                        .append(day)
                        .append(',')
                        .append(promo);
                rows.append(store == 4 ? "," : "," + 250 * store)
                        .append(',')
                        .append(Math.round(sales))
                        .append('\n');
            }
        }
        Files.writeString(csv, rows);
    }

    /** Writes photos, so to speak, of pets: a breed has its colour. */
    static void photos(Path folder) throws IOException {
        Files.createDirectories(folder);
        RandomStream random = Seed.of(4).stream();
        for (int i = 0; i < PHOTOS; i++) {
            BufferedImage photo = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    photo.setRGB(x, y, (100 + random.nextInt(100)) << 8 * (i % BREEDS.length));
                }
            }
            Path file = folder.resolve(BREEDS[i % BREEDS.length] + "_" + i + ".jpg");
            ImageIO.write(photo, "jpg", file.toFile());
        }
    }

    /** Writes weights of a SqueezeNet 1.1 that nobody has trained, under torchvision's names. */
    static void weights(Path file) {
        try (Sequential network = SqueezeNet.squeezenet1_1().network()) {
            network.initialize(Seed.of(6));
            List<NamedTensor> tensors = new ArrayList<>();
            LayerTree.params(network)
                    .forEach((path, param) -> tensors.add(NamedTensor.of(
                            path,
                            param.value().dtype(),
                            param.shape().dims(),
                            param.value().bytes())));
            SafeTensors.write(file, tensors, Json.object());
        }
    }
}
