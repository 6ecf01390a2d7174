package io.pitlane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.gateway.runs.RunFixtures;
import org.junit.jupiter.api.Test;

/** Plans and releases in a browser. */
class PlansPageBrowserIT extends PagesInBrowser {
    @Test
    void aPlanIsRegisteredInTheForm() {
        // Given
        browser.show(1280, "light");
        browser.open(gateway.address() + "/plans");

        // When
        browser.run(
                "document.getElementById('model').value = 'in-the-form';"
                        + "document.getElementById('plan').value = "
                        + ContractJson.MAPPER.valueToTree(RunFixtures.PLAN)
                        + "; document.querySelector('#register button').click()");

        // Then
        awaitShown("true", "document.querySelector('tbody')?.textContent.includes('in-the-form')");
        browser.run("document.querySelector('button.danger').click()");
        awaitShown("false", "document.body.textContent.includes('in-the-form')");
    }

    @Test
    void aReleaseIsApprovedOnThePageOfItsRun() {
        // Given
        var run = awaitingApproval();
        browser.show(390, "light");
        awaitPage(run, "passed");
        browser.run("document.querySelector('.release textarea').value = 'Seen on the track.'");

        // When
        browser.run("document.querySelector('.release button[value=approve]').click()");

        // Then
        awaitShown(
                "true",
                "document.querySelector('.release')?.textContent.includes('Seen on the track.')");
        assertThat(browser.run("return String(document.querySelector('.release form'))"))
                .isEqualTo("null");
        assertThat(stages.read(Topics.DEFAULT.released()))
                .filteredOn(event -> event.key().equals(run.runId()))
                .hasSize(1);
        browser.open(gateway.address() + "/released");
        awaitShown(
                "true",
                "Boolean(document.querySelector('td a[href=\"/runs/" + run.runId() + "\"]'))");
    }
}
