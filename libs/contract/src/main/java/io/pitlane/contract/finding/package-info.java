/** What a step measured and chose, as data. */
package io.pitlane.contract.finding;
