package org.learn4j.vision;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beFinal;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.ObjectInputStream;
import org.junit.jupiter.api.Test;
import org.learn4j.vision.image.Image;

/** What the packages of vision may know of each other and of others. */
class ImageArchitectureTest {
    private static final JavaClasses VISION = new ClassFileImporter()
            .importUrl(Image.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void packages_have_no_cycles() {
        slices().matching("org.learn4j.vision.(*)..").should().beFreeOfCycles().check(VISION);
    }

    @Test
    void pictures_know_nothing_of_augmentation_and_neither_of_data() {
        noClasses()
                .that()
                .resideInAPackage("org.learn4j.vision.image")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.learn4j.vision.augment", "org.learn4j.vision.data")
                .check(VISION);
        noClasses()
                .that()
                .resideInAPackage("org.learn4j.vision.augment")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.learn4j.vision.data")
                .check(VISION);
    }

    @Test
    void one_class_knows_opencv_and_none_nd4j() {
        noClasses()
                .that()
                .doNotHaveSimpleName("OpenCv")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "org.nd4j..", "org.learn4j.tabular..", "tech.tablesaw..")
                .check(VISION);
    }

    @Test
    void nothing_is_deserialised() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .check(VISION);
    }

    @Test
    void public_classes_are_abstract_or_final() {
        classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .should(beFinal())
                .check(VISION);
        assertThat(VISION.contain(Image.class)).isTrue();
    }
}
