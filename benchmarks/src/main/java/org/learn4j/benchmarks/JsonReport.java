package org.learn4j.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Everything about a group's run in one file: when, on what, with which libraries and settings, and all results.
 *
 * @param processes the child processes that measured
 */
record JsonReport(String group, List<ChildProcess> processes, List<Measurement> measurements, List<Ratio> ratios) {

    /** Writes the file {@code <group>.json} into a folder and returns it. */
    Path write(Path folder) {
        Path file = folder.resolve(group + ".json");
        try {
            Files.createDirectories(folder);
            try (var writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                    var json = new JsonFactory().createGenerator(writer)) {
                json.useDefaultPrettyPrinter();
                write(json);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("group", group);
        json.writeStringField(
                "time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        json.writeFieldName("machine");
        write(json, Machine.description());
        json.writeObjectFieldStart("environment");
        for (var process : processes) {
            json.writeFieldName(process.policy().toString());
            write(json, process.settings());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("libraries");
        for (var library : libraries()) {
            json.writeString(library);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("ratios");
        for (var ratio : ratios) {
            json.writeNumberField(ratio.id(), ratio.value());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("results");
        for (var measurement : measurements) {
            write(json, measurement);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Map<String, String> texts) throws IOException {
        json.writeStartObject();
        for (var text : texts.entrySet()) {
            json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Measurement measurement) throws IOException {
        json.writeStartObject();
        json.writeStringField("case", measurement.caseId());
        json.writeStringField("contender", measurement.contender());
        json.writeStringField("engine", measurement.engine().id());
        json.writeStringField("wait", measurement.policy().toString());
        json.writeNumberField("median_ms", measurement.timing().median());
        json.writeNumberField("p25_ms", measurement.timing().p25());
        json.writeNumberField("p75_ms", measurement.timing().p75());
        json.writeNumberField("fastest_ms", measurement.timing().fastest());
        json.writeNumberField("rows_per_second", measurement.rowsPerSecond());
        json.writeNumberField("steps", measurement.timing().steps());
        json.writeFieldName("round_medians_ms");
        json.writeArray(
                measurement.timing().rounds().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray(),
                0,
                measurement.timing().rounds().size());
        json.writeNumberField("loss_drift", measurement.drift());
        json.writeEndObject();
    }

    /** Returns the jars on the class path: their names carry the versions. */
    private static List<String> libraries() {
        return Arrays.stream(ChildProcess.classPath().split(File.pathSeparator))
                .map(entry -> new File(entry).getName())
                .filter(name -> name.endsWith(".jar"))
                .sorted()
                .toList();
    }
}
