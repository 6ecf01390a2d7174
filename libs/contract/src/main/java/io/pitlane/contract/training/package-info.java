/** Options that every training shares, and how its loss went. */
package io.pitlane.contract.training;
