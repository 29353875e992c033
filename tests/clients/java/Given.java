import dialogporten.serviceowner.model.*;
import java.net.URI;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** What a client is given, and what it sends. */
final class Given {
    static final String BASE = given("BASE");
    static final String NAME = given("NAME");
    static final UUID DIALOG = UUID.fromString(given("DIALOG"));
    static final UUID TRANSMISSION = UUID.fromString(given("TRANSMISSION"));
    static final UUID ATTACHMENT = UUID.fromString(given("ATTACHMENT"));

    static final String RESOURCE = "urn:altinn:resource:ttd-demo-service";
    static final String PERSON = "urn:altinn:person:identifier-no:08844397713";
    static final String LABEL = "clients-" + NAME;
    static final String EMBEDDED_MARKDOWN = "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown";

    private Given() {}

    static String given(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException(name + " is not in the environment");
        }
        return value;
    }

    static OffsetDateTime inDays(int days) {
        return OffsetDateTime.now(ZoneOffset.UTC).plusDays(days);
    }

    static Localization in(String language, String value) {
        return new Localization().languageCode(language).value(value);
    }

    static List<Localization> text(String value) {
        return List.of(in("en", value));
    }

    static ContentValue plain(String value) {
        return new ContentValue().value(text(value));
    }

    static ContentValue embedded(String url) {
        return new ContentValue().mediaType(EMBEDDED_MARKDOWN).value(text(url));
    }

    static Actor owner() {
        return new Actor().actorType(ActorType.SERVICE_OWNER);
    }

    static Actor person() {
        return new Actor().actorType(ActorType.PARTY_REPRESENTATIVE).actorId(PERSON);
    }

    static CreateDialog everyPart() {
        return new CreateDialog()
                .id(DIALOG)
                .idempotentKey(NAME + "-key")
                .serviceResource(RESOURCE)
                .party(PERSON)
                .externalReference(NAME)
                .process("urn:clients:" + NAME + ":2")
                .precedingProcess("urn:clients:" + NAME + ":1")
                .extendedStatus("urn:clients:waiting")
                .status(DialogStatusInput.REQUIRES_ATTENTION)
                .progress(40)
                .dueAt(inDays(7))
                .expiresAt(inDays(365))
                .content(new CreateDialogContent()
                        .title(new ContentValue().value(List.of(in("nb", "Søknad"), in("en", "Application"))))
                        .nonSensitiveTitle(plain("A letter"))
                        .summary(new ContentValue().value(List.of(in("nb", "Om støtte"), in("en", "About support"))))
                        .nonSensitiveSummary(plain("About something"))
                        .senderName(plain("The office"))
                        .additionalInfo(new ContentValue().mediaType("text/markdown").value(text("**More** to read")))
                        .extendedStatus(plain("Waiting for you"))
                        .mainContentReference(embedded("https://example.com/content")))
                .searchTags(List.of(new CreateDialogTag().value("application"), new CreateDialogTag().value("support")))
                .serviceOwnerContext(new CreateDialogServiceOwnerContext()
                        .serviceOwnerLabels(List.of(new CreateDialogServiceOwnerLabel().value(LABEL))))
                .attachments(List.of(new CreateDialogAttachment()
                        .name("letter.pdf")
                        .displayName(text("The letter"))
                        .expiresAt(inDays(30))
                        .urls(List.of(
                                new CreateDialogAttachmentUrl()
                                        .url(URI.create("https://example.com/letter.pdf"))
                                        .mediaType("application/pdf")
                                        .consumerType(AttachmentUrlConsumerType.GUI),
                                new CreateDialogAttachmentUrl()
                                        .url(URI.create("https://example.com/letter.json"))
                                        .mediaType("application/json")
                                        .consumerType(AttachmentUrlConsumerType.API)))))
                .guiActions(List.of(
                        new CreateDialogGuiAction()
                                .action("write")
                                .priority(DialogGuiActionPriority.PRIMARY)
                                .url(URI.create("https://example.com/fill-in"))
                                .title(text("Fill in"))
                                .prompt(text("Are you sure?")),
                        new CreateDialogGuiAction()
                                .action("sign")
                                .priority(DialogGuiActionPriority.SECONDARY)
                                .url(URI.create("https://example.com/sign"))
                                .httpMethod(HttpVerb.POST)
                                .title(text("Sign")),
                        new CreateDialogGuiAction()
                                .action("write")
                                .priority(DialogGuiActionPriority.TERTIARY)
                                .url(URI.create("https://example.com/delete"))
                                .httpMethod(HttpVerb.DELETE)
                                .isDeleteDialogAction(true)
                                .title(text("Delete"))))
                .apiActions(List.of(new CreateDialogApiAction()
                        .action("write")
                        .name("submit")
                        .endpoints(List.of(
                                new CreateDialogApiActionEndpoint()
                                        .version("2")
                                        .url(URI.create("https://example.com/api/v2"))
                                        .httpMethod(HttpVerb.POST)
                                        .documentationUrl(URI.create("https://example.com/docs"))
                                        .requestSchema(URI.create("https://example.com/request.json"))
                                        .responseSchema(URI.create("https://example.com/response.json")),
                                new CreateDialogApiActionEndpoint()
                                        .version("1")
                                        .url(URI.create("https://example.com/api/v1"))
                                        .httpMethod(HttpVerb.PUT)
                                        .deprecated(true)
                                        .sunsetAt(inDays(90))))))
                .transmissions(List.of(
                        new CreateDialogTransmission()
                                .id(TRANSMISSION)
                                .type(DialogTransmissionType.INFORMATION)
                                .extendedType(URI.create("urn:clients:letter"))
                                .externalReference(NAME + "-1")
                                .sender(owner())
                                .content(new CreateDialogTransmissionContent()
                                        .title(plain("We need more"))
                                        .summary(plain("Please read"))
                                        .contentReference(embedded("https://example.com/transmission")))
                                .attachments(List.of(new CreateDialogTransmissionAttachment()
                                        .id(ATTACHMENT)
                                        .name("annex.pdf")
                                        .displayName(text("The annex"))
                                        .urls(List.of(new CreateDialogTransmissionAttachmentUrl()
                                                .url(URI.create("https://example.com/annex.pdf"))
                                                .mediaType("application/pdf")
                                                .consumerType(AttachmentUrlConsumerType.GUI)))))
                                .navigationalActions(List.of(new CreateDialogTransmissionNavigationalAction()
                                        .title(text("Go there"))
                                        .url(URI.create("https://example.com/there"))
                                        .expiresAt(inDays(30)))),
                        new CreateDialogTransmission()
                                .type(DialogTransmissionType.SUBMISSION)
                                .relatedTransmissionId(TRANSMISSION)
                                .sender(person())
                                .content(new CreateDialogTransmissionContent().title(plain("Here it is")))))
                .activities(List.of(
                        new CreateDialogActivity().type(DialogActivityType.DIALOG_CREATED).performedBy(owner()),
                        new CreateDialogActivity()
                                .type(DialogActivityType.INFORMATION)
                                .performedBy(new Actor().actorType(ActorType.PARTY_REPRESENTATIVE).actorName("Somebody"))
                                .description(text("It was talked about")),
                        new CreateDialogActivity()
                                .type(DialogActivityType.TRANSMISSION_OPENED)
                                .transmissionId(TRANSMISSION)
                                .performedBy(person())));
    }

    static CreateDialog least(int number) {
        return new CreateDialog()
                .serviceResource(RESOURCE)
                .party(PERSON)
                .externalReference(NAME)
                .serviceOwnerContext(new CreateDialogServiceOwnerContext()
                        .serviceOwnerLabels(List.of(new CreateDialogServiceOwnerLabel().value(LABEL))))
                .content(new CreateDialogContent().title(plain("Number " + number)).summary(plain("One of several")));
    }

    static UpdateDialog replacement() {
        return new UpdateDialog()
                .status(DialogStatusInput.COMPLETED)
                .progress(100)
                .externalReference(NAME)
                .content(new UpdateDialogContent()
                        .title(plain("Decision"))
                        .summary(plain("Granted"))
                        .mainContentReference(embedded("https://example.com/decision")))
                .searchTags(List.of(new UpdateDialogTag().value("decision")))
                .guiActions(List.of(new UpdateDialogGuiAction()
                        .action("read")
                        .priority(DialogGuiActionPriority.PRIMARY)
                        .url(URI.create("https://example.com/decision"))
                        .title(text("Read it"))));
    }

    static CreateTransmissionRequest decision() {
        return new CreateTransmissionRequest()
                .type(DialogTransmissionType.DECISION)
                .sender(owner())
                .content(new CreateTransmissionContent().title(plain("The decision")))
                .attachments(List.of(new CreateTransmissionAttachment()
                        .displayName(text("The decision"))
                        .urls(List.of(new CreateTransmissionAttachmentUrl()
                                .url(URI.create("https://example.com/decision.pdf"))
                                .consumerType(AttachmentUrlConsumerType.GUI)))));
    }
}
