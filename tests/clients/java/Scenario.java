import static java.util.Comparator.naturalOrder;

import com.fasterxml.jackson.databind.ObjectMapper;
import dialogporten.enduser.api.EnduserApi;
import dialogporten.serviceowner.api.MetadataApi;
import dialogporten.serviceowner.api.ServiceownerApi;
import dialogporten.serviceowner.model.*;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** The scenario with the clients that OpenAPI Generator makes for Java. */
public final class Scenario {
    private final ServiceownerApi owner = owner(Given.given("OWNER"));
    private final ServiceownerApi sender = owner(Given.given("SENDER"));
    private final ServiceownerApi personAsOwner = owner(Given.given("PERSON"));
    private final ServiceownerApi nobody = new ServiceownerApi(anybody());
    private final MetadataApi metadata = new MetadataApi(anybody());
    private final EnduserApi person = person(Given.given("PERSON"));
    private final EnduserApi stranger = person(Given.given("STRANGER"));
    private final ObjectMapper mapper = dialogporten.serviceowner.ApiClient.createDefaultObjectMapper();

    private UUID current;
    private List<UUID> all;
    private UUID appended;
    private UUID labelled;

    public static void main(String[] arguments) throws Exception {
        new Scenario().play();
    }

    private void play() throws Exception {
        step("create", this::create);
        step("get", this::get);
        step("create-more", this::createMore);
        step("search", this::search);
        step("patch", this::patch);
        step("update", this::update);
        step("stale-update", this::staleUpdate);
        step("append-transmission", this::appendTransmission);
        step("change-transmission", this::changeTransmission);
        step("append-activity", this::appendActivity);
        step("owner-labels", this::ownerLabels);
        step("notification", this::notification);
        step("end-user-search", this::endUserSearch);
        step("end-user-get", this::endUserGet);
        step("seen-log", this::seenLog);
        step("label", this::label);
        step("stale-label", this::staleLabel);
        step("bulk-label", this::bulkLabel);
        step("lookup", this::lookup);
        step("parties", this::parties);
        step("service-resources", this::serviceResources);
        step("limits", this::limits);
        step("invalid", this::invalid);
        step("key-used", this::keyUsed);
        step("id-used", this::idUsed);
        step("not-found", this::notFound);
        step("no-token", this::noToken);
        step("wrong-token", this::wrongToken);
        step("stranger", this::strangerLooks);
        step("delete", this::delete);
        step("search-deleted", this::searchDeleted);
        step("restore", this::restore);
        step("purge", this::purge);
    }

    private void create() throws Exception {
        var answer = owner.createDialogWithHttpInfo(Given.everyPart());
        equal(201, answer.getStatusCode());
        equal(Given.DIALOG.toString(), answer.getData());
        current = revision(answer.getHeaders());
    }

    private void get() throws Exception {
        Dialog dialog = read();
        CreateDialog sent = Given.everyPart();
        equal(current, dialog.getRevision());
        equal(sent.getId(), dialog.getId());
        equal(sent.getIdempotentKey(), dialog.getIdempotentKey());
        equal(sent.getParty(), dialog.getParty());
        equal(sent.getServiceResource(), dialog.getServiceResource());
        equal(sent.getExternalReference(), dialog.getExternalReference());
        equal(sent.getProcess(), dialog.getProcess());
        equal(sent.getPrecedingProcess(), dialog.getPrecedingProcess());
        equal(sent.getExtendedStatus(), dialog.getExtendedStatus());
        equal(sent.getProgress(), dialog.getProgress());
        equal(DialogStatus.REQUIRES_ATTENTION, dialog.getStatus());
        Content content = dialog.getContent();
        CreateDialogContent texts = sent.getContent();
        equal(languages(texts.getTitle()), languages(content.getTitle()));
        equal(languages(texts.getNonSensitiveTitle()), languages(content.getNonSensitiveTitle()));
        equal(languages(texts.getSummary()), languages(content.getSummary()));
        equal(languages(texts.getNonSensitiveSummary()), languages(content.getNonSensitiveSummary()));
        equal(languages(texts.getSenderName()), languages(content.getSenderName()));
        equal(languages(texts.getAdditionalInfo()), languages(content.getAdditionalInfo()));
        equal(languages(texts.getExtendedStatus()), languages(content.getExtendedStatus()));
        equal(languages(texts.getMainContentReference()), languages(content.getMainContentReference()));
        equal(Given.EMBEDDED_MARKDOWN, content.getMainContentReference().getMediaType());
        equal(List.of("application", "support"), each(dialog.getSearchTags(), DialogTag::getValue));
        equal(Given.LABEL, only(dialog.getServiceOwnerContext().getServiceOwnerLabels()).getValue());
        equal(
                List.of(AttachmentUrlConsumerType.GUI, AttachmentUrlConsumerType.API),
                each(only(dialog.getAttachments()).getUrls(), DialogAttachmentUrl::getConsumerType));
        equal(
                List.of(DialogGuiActionPriority.values()),
                each(dialog.getGuiActions(), DialogGuiAction::getPriority).stream().sorted().toList());
        equal(1L, dialog.getGuiActions().stream().filter(DialogGuiAction::getIsDeleteDialogAction).count());
        equal(
                List.of(false, true),
                each(only(dialog.getApiActions()).getEndpoints(), DialogApiActionEndpoint::getDeprecated).stream()
                        .sorted()
                        .toList());
        DialogTransmission letter = dialog.getTransmissions().stream()
                .filter(one -> one.getId().equals(Given.TRANSMISSION))
                .findFirst()
                .orElseThrow();
        equal(URI.create("urn:clients:letter"), letter.getExtendedType());
        equal(Given.ATTACHMENT, only(letter.getAttachments()).getId());
        equal(URI.create("https://example.com/there"), only(letter.getNavigationalActions()).getUrl());
        DialogTransmission reply = dialog.getTransmissions().stream()
                .filter(one -> one.getType() == DialogTransmissionType.SUBMISSION)
                .findFirst()
                .orElseThrow();
        equal(Given.TRANSMISSION, reply.getRelatedTransmissionId());
        equal(ActorType.PARTY_REPRESENTATIVE, reply.getSender().getActorType());
        equal(
                List.of("DialogCreated", "Information", "TransmissionOpened"),
                each(dialog.getActivities(), activity -> activity.getType().getValue()).stream().sorted().toList());
    }

    private void createMore() throws Exception {
        for (int number = 1; number <= 6; number++) {
            UUID.fromString(owner.createDialog(Given.least(number)));
        }
    }

    private void search() throws Exception {
        List<Integer> pages = new ArrayList<>();
        List<UUID> ids = new ArrayList<>();
        String token = null;
        do {
            var page = owner.searchDialogs(ServiceownerApi.APISearchDialogsRequest.newBuilder()
                    .serviceOwnerLabels(List.of(Given.LABEL))
                    .createdAfter(Given.inDays(-1))
                    .limit(3)
                    .continuationToken(token)
                    .build());
            pages.add(page.getItems().size());
            ids.addAll(each(page.getItems(), DialogListItem::getId));
            equal(pages.size() < 3, page.getHasNextPage());
            token = page.getHasNextPage() ? Objects.requireNonNull(page.getContinuationToken()) : null;
        } while (token != null);
        equal(List.of(3, 3, 1), pages);
        equal(7, new HashSet<>(ids).size());
        check(ids.contains(Given.DIALOG), ids);
        all = sorted(ids);
    }

    private void patch() throws Exception {
        var answer = owner.patchDialogWithHttpInfo(
                Given.DIALOG,
                List.of(
                        new JsonPatchOperation().op("replace").path("/progress").value(60),
                        new JsonPatchOperation().op("add").path("/searchTags/-").value(new UpdateDialogTag().value("patched"))),
                current);
        equal(204, answer.getStatusCode());
        Dialog dialog = read();
        equal(revision(answer.getHeaders()), dialog.getRevision());
        equal(60, dialog.getProgress());
        check(each(dialog.getSearchTags(), DialogTag::getValue).contains("patched"), dialog.getSearchTags());
        current = dialog.getRevision();
    }

    private void update() throws Exception {
        var answer = owner.updateDialogWithHttpInfo(Given.DIALOG, Given.replacement(), current);
        equal(204, answer.getStatusCode());
        Dialog dialog = read();
        equal(revision(answer.getHeaders()), dialog.getRevision());
        equal(DialogStatus.COMPLETED, dialog.getStatus());
        equal(List.of(), dialog.getAttachments());
        equal("read", only(dialog.getGuiActions()).getAction());
        equal(2, dialog.getTransmissions().size());
    }

    private void staleUpdate() throws Exception {
        ProblemDetails problem = problem(412, () -> owner.updateDialog(Given.DIALOG, Given.replacement(), current));
        check(problem.getErrors() == null || problem.getErrors().isEmpty(), problem);
    }

    private void appendTransmission() throws Exception {
        appended = UUID.fromString(owner.createDialogTransmission(Given.DIALOG, Given.decision(), null));
        equal(3, owner.searchDialogTransmissions(Given.DIALOG).size());
        var one = owner.getDialogTransmission(Given.DIALOG, appended);
        equal(DialogTransmissionType.DECISION, one.getType());
        equal(URI.create("https://example.com/decision.pdf"), only(only(one.getAttachments()).getUrls()).getUrl());
    }

    private void changeTransmission() throws Exception {
        var answer = owner.updateDialogTransmissionWithHttpInfo(
                Given.DIALOG,
                appended,
                new UpdateTransmissionRequest()
                        .type(DialogTransmissionType.DECISION)
                        .sender(Given.owner())
                        .content(new UpdateTransmissionContent().title(Given.plain("The right decision")))
                        .isSilentUpdate(true),
                null);
        equal(204, answer.getStatusCode());
        var one = owner.getDialogTransmission(Given.DIALOG, appended);
        equal("The right decision", only(one.getContent().getTitle().getValue()).getValue());
    }

    private void appendActivity() throws Exception {
        var sent = new CreateDialogActivityRequest().type(DialogActivityType.FORM_SUBMITTED).performedBy(Given.owner());
        UUID id = UUID.fromString(owner.createDialogActivity(Given.DIALOG, sent, null));
        var listed = owner.searchDialogActivities(Given.DIALOG);
        equal(4, listed.size());
        check(each(listed, DialogActivitySearchItem::getId).contains(id), listed);
        equal(ActorType.SERVICE_OWNER, owner.getDialogActivity(Given.DIALOG, id).getPerformedBy().getActorType());
    }

    private void ownerLabels() throws Exception {
        var more = new CreateServiceOwnerLabel().value("clients-more");
        equal(204, owner.createServiceOwnerLabelWithHttpInfo(Given.DIALOG, more, null).getStatusCode());
        var labels = each(owner.getServiceOwnerLabels(Given.DIALOG), ServiceOwnerLabel::getValue);
        check(labels.contains("clients-more"), labels);
        equal(204, owner.deleteServiceOwnerLabelWithHttpInfo(Given.DIALOG, "clients-more", null).getStatusCode());
        equal(Given.LABEL, only(owner.getServiceOwnerLabels(Given.DIALOG)).getValue());
    }

    private void notification() throws Exception {
        var condition = sender.checkNotificationCondition(
                Given.DIALOG, NotificationConditionType.NOT_EXISTS, DialogActivityType.FORM_SUBMITTED, null);
        equal(false, condition.getSendNotification());
    }

    private void endUserSearch() throws Exception {
        List<UUID> ids = new ArrayList<>();
        String token = null;
        do {
            var page = person.searchDialogs(EnduserApi.APISearchDialogsRequest.newBuilder()
                    .party(List.of(Given.PERSON))
                    .externalReference(Given.NAME)
                    .limit(2)
                    .continuationToken(token)
                    .build());
            ids.addAll(each(page.getItems(), dialogporten.enduser.model.DialogListItem::getId));
            token = page.getHasNextPage() ? page.getContinuationToken() : null;
        } while (token != null);
        equal(all, sorted(ids));
    }

    private void endUserGet() throws Exception {
        var dialog = person.getDialog(Given.DIALOG, null);
        equal(3, dialog.getDialogToken().split("\\.").length);
        equal(true, only(dialog.getGuiActions()).getIsAuthorized());
        var letter = dialog.getTransmissions().stream()
                .filter(one -> one.getId().equals(Given.TRANSMISSION))
                .findFirst()
                .orElseThrow();
        equal(true, letter.getIsAuthorized());
        equal(true, dialog.getContent().getMainContentReference().getIsAuthorized());
    }

    private void seenLog() throws Exception {
        var entry = only(person.searchDialogSeenLogs(Given.DIALOG));
        equal(true, entry.getIsCurrentEndUser());
        equal(entry.getId(), person.getDialogSeenLog(Given.DIALOG, entry.getId()).getId());
        equal(entry.getId(), only(owner.searchDialogSeenLogs(Given.DIALOG)).getId());
    }

    private void label() throws Exception {
        labelled = person.getDialog(Given.DIALOG, null).getEndUserContext().getRevision();
        var archive = new dialogporten.enduser.model.SetDialogSystemLabelRequest()
                .addLabels(List.of(dialogporten.enduser.model.SystemLabel.ARCHIVE));
        equal(204, person.setDialogSystemLabelsWithHttpInfo(Given.DIALOG, archive, labelled).getStatusCode());
        var labels = person.getDialog(Given.DIALOG, null).getEndUserContext().getSystemLabels();
        check(labels.contains(dialogporten.enduser.model.SystemLabel.ARCHIVE), labels);
        var log = person.searchDialogLabelAssignmentLogs(Given.DIALOG);
        check(log.stream().anyMatch(entry -> entry.getAction().equals("set") && entry.getName().endsWith("Archive")), log);
    }

    private void staleLabel() throws Exception {
        var bin = new dialogporten.enduser.model.SetDialogSystemLabelRequest()
                .addLabels(List.of(dialogporten.enduser.model.SystemLabel.BIN));
        ProblemDetails problem = problem(412, () -> person.setDialogSystemLabels(Given.DIALOG, bin, labelled));
        check(problem.getErrors() == null || problem.getErrors().isEmpty(), problem);
    }

    private void bulkLabel() throws Exception {
        List<UUID> two = all.stream().filter(id -> !id.equals(Given.DIALOG)).limit(2).toList();
        var bin = new dialogporten.enduser.model.BulkSetSystemLabel()
                .dialogs(each(two, id -> new dialogporten.enduser.model.DialogRevision().dialogId(id)))
                .addLabels(List.of(dialogporten.enduser.model.SystemLabel.BIN));
        equal(204, person.bulkSetDialogSystemLabelsWithHttpInfo(bin).getStatusCode());
        var listed = owner.searchDialogEndUserContexts(List.of(Given.PERSON), null, List.of(SystemLabel.BIN), null, 1000);
        var ids = each(listed.getItems(), DialogEndUserContextItem::getDialogId);
        equal(two, sorted(ids.stream().filter(all::contains).toList()));
    }

    private void lookup() throws Exception {
        var found = person.getDialogLookup("urn:altinn:dialog-id:" + Given.DIALOG, null);
        equal(Given.DIALOG, found.getDialogId());
        equal("Decision", only(found.getTitle()).getValue());
        equal("ttd", found.getServiceOwner().getCode());
    }

    private void parties() throws Exception {
        var parties = person.getParties().getAuthorizedParties();
        equal(Given.PERSON, only(parties.stream().filter(party -> party.getIsCurrentEndUser()).toList()).getParty());
        check(
                parties.stream().anyMatch(party ->
                        party.getPartyType().equals("Organization") && !party.getSubParties().isEmpty()),
                parties);
    }

    private void serviceResources() throws Exception {
        var resources = person.searchAuthorizedServiceResources(List.of(Given.PERSON), null).getItems();
        check(resources.stream().anyMatch(one -> one.getServiceResource().getId().equals("ttd-demo-service")), resources);
    }

    private void limits() throws Exception {
        Limits limits = metadata.getLimits();
        check(limits.getEndUserSearch().getMaxPartyFilterValues() > 0, limits);
    }

    private void invalid() throws Exception {
        CreateDialog sent = Given.least(0).party("nobody").progress(101);
        String keys = problem(400, () -> owner.createDialog(sent)).getErrors().keySet().toString();
        check(keys.contains("party") && keys.contains("progress"), keys);
    }

    private void keyUsed() throws Exception {
        CreateDialog sent = Given.least(0).idempotentKey(Given.NAME + "-key");
        ProblemDetails problem = problem(409, () -> owner.createDialog(sent));
        check(problem.getErrors().toString().contains(Given.DIALOG.toString()), problem);
    }

    private void idUsed() throws Exception {
        CreateDialog sent = Given.least(0).id(Given.DIALOG);
        ProblemDetails problem = problem(422, () -> owner.createDialog(sent));
        check(problem.getErrors().toString().contains("already exists"), problem);
    }

    private void notFound() throws Exception {
        problem(404, () -> owner.getDialog(Given.TRANSMISSION, null));
    }

    private void noToken() throws Exception {
        refused(401, () -> nobody.getDialog(Given.DIALOG, null));
    }

    private void wrongToken() throws Exception {
        refused(403, () -> personAsOwner.getDialog(Given.DIALOG, null));
    }

    private void strangerLooks() throws Exception {
        refused(403, () -> stranger.getDialog(Given.DIALOG, null));
    }

    private void delete() throws Exception {
        equal(204, owner.deleteDialogWithHttpInfo(Given.DIALOG, null).getStatusCode());
        problem(410, () -> owner.deleteDialog(Given.DIALOG, null));
        problem(410, () -> person.getDialog(Given.DIALOG, null));
        Objects.requireNonNull(read().getDeletedAt());
    }

    private void searchDeleted() throws Exception {
        var page = owner.searchDialogs(ServiceownerApi.APISearchDialogsRequest.newBuilder()
                .serviceOwnerLabels(List.of(Given.LABEL))
                .deleted(DeletedFilter.ONLY)
                .build());
        equal(Given.DIALOG, only(page.getItems()).getId());
    }

    private void restore() throws Exception {
        equal(204, owner.restoreDialogWithHttpInfo(Given.DIALOG, null).getStatusCode());
        equal(Given.DIALOG, person.getDialog(Given.DIALOG, null).getId());
    }

    private void purge() throws Exception {
        equal(204, owner.purgeDialogWithHttpInfo(Given.DIALOG, null).getStatusCode());
        problem(404, this::read);
    }

    private Dialog read() throws Exception {
        return owner.getDialog(Given.DIALOG, null);
    }

    // --- Expectations ------------------------------------------------------------------------------------------

    private interface Play {
        void play() throws Exception;
    }

    private static void step(String name, Play step) throws Exception {
        try {
            step.play();
        } catch (Exception | AssertionError failure) {
            throw new AssertionError("step " + name, failure);
        }
        System.out.println("ok " + name);
    }

    /** The body of a refusal with this status. */
    private static String refused(int status, Play play) throws Exception {
        try {
            play.play();
        } catch (dialogporten.serviceowner.ApiException refusal) {
            equal(status, refusal.getCode());
            return refusal.getResponseBody();
        } catch (dialogporten.enduser.ApiException refusal) {
            equal(status, refusal.getCode());
            return refusal.getResponseBody();
        }
        throw new AssertionError("no " + status);
    }

    /** The problem of a refusal with this status. */
    private ProblemDetails problem(int status, Play play) throws Exception {
        ProblemDetails problem = mapper.readValue(refused(status, play), ProblemDetails.class);
        equal(status, problem.getStatus());
        check(problem.getTitle() != null && problem.getTraceId() != null, problem);
        return problem;
    }

    private static void check(boolean holds, Object found) {
        if (!holds) {
            throw new AssertionError(String.valueOf(found));
        }
    }

    private static void equal(Object expected, Object found) {
        check(Objects.equals(expected, found), found + " is not " + expected);
    }

    private static <T> T only(List<T> list) {
        equal(1, list.size());
        return list.get(0);
    }

    private static <T, R> List<R> each(List<T> list, Function<T, R> member) {
        return list.stream().map(member).toList();
    }

    /** In the order of their texts, as all clients sort. */
    private static List<UUID> sorted(List<UUID> ids) {
        return ids.stream().map(UUID::toString).sorted(naturalOrder()).map(UUID::fromString).toList();
    }

    private static List<String> languages(ContentValue value) {
        return value.getValue().stream()
                .map(text -> text.getLanguageCode() + " " + text.getValue())
                .sorted()
                .toList();
    }

    /** The revision in an answer's head: a UUID without quotes. */
    private static UUID revision(Map<String, List<String>> headers) {
        return UUID.fromString(only(headers.get("etag")));
    }

    private static ServiceownerApi owner(String token) {
        return new ServiceownerApi(anybody().setRequestInterceptor(bearer(token)));
    }

    private static EnduserApi person(String token) {
        var client = new dialogporten.enduser.ApiClient();
        client.updateBaseUri(Given.BASE);
        return new EnduserApi(client.setRequestInterceptor(bearer(token)));
    }

    private static dialogporten.serviceowner.ApiClient anybody() {
        var client = new dialogporten.serviceowner.ApiClient();
        client.updateBaseUri(Given.BASE);
        return client;
    }

    private static Consumer<HttpRequest.Builder> bearer(String token) {
        return request -> request.header("Authorization", "Bearer " + token);
    }
}
