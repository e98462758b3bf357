#!/bin/sh
# Brings the group's instances to a new version of its launch template with an instance refresh, and waits for the end of it.
# Terraform runs this after the template has changed. It uses the AWS CLI, because that finds credentials wherever Terraform
# finds them (profiles, single sign-on, roles), which a script with curl could not; no resource of the provider waits for a
# refresh. It is safe to run again: it takes over a refresh to the same version, and ends one to another version first.
#
# CURRENT and NEW are versions of the template: the one that the group names, and the one to bring it to.
set -eu

tab=$(printf '\t')
poll=${ROLLOUT_POLL_SECONDS:-15}

fail() {
	printf 'rollout: %s\n' "$@" >&2
	exit 1
}

refreshes() {
	aws autoscaling describe-instance-refreshes --region "$REGION" --auto-scaling-group-name "$GROUP" --output text \
		--query 'InstanceRefreshes[0].[InstanceRefreshId, Status, PercentageComplete, DesiredConfiguration.LaunchTemplate.Version, StatusReason]' "$@"
}

# Sets id, status, percent, version and reason from a refresh: the newest, or the one with an id. A call may fail now and then.
look() {
	tries=0
	while ! line=$(refreshes "$@"); do
		tries=$((tries + 1))
		[ "$tries" -lt 10 ] || fail "cannot read its progress. It continues in AWS: run 'terraform apply' again."
		sleep "$poll"
	done
	IFS=$tab read -r id status percent version reason <<-END
		$line
	END
	[ "$percent" != None ] || percent=0
	[ "$reason" != None ] || reason=''
}

# Waits until a refresh is over, and prints what changes meanwhile.
follow() {
	shown=''
	while :; do
		look --instance-refresh-ids "$1"
		[ "$shown" = "$status $percent $reason" ] || echo "rollout: $status, $percent %${reason:+: $reason}"
		shown="$status $percent $reason"
		case $status in
		Pending | InProgress | Baking | Cancelling | RollbackInProgress) sleep "$poll" ;;
		*) return ;;
		esac
	done
}

if [ "$CURRENT" = "$NEW" ]; then
	echo "rollout: the instances have version $NEW already"
	exit 0
fi
command -v aws >/dev/null ||
	fail "no 'aws' on this machine, so the instances still have version $CURRENT. Install the AWS CLI" \
		"(https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html) and run 'terraform apply' again."

look --max-records 1
case $status in
Pending | InProgress | Baking)
	if [ "$version" != "$NEW" ]; then
		echo "rollout: one to version $version is in progress; cancelling it first"
		aws autoscaling cancel-instance-refresh --region "$REGION" --auto-scaling-group-name "$GROUP" >/dev/null
		follow "$id"
		id=''
	fi
	;;
Cancelling | RollbackInProgress)
	follow "$id"
	id=''
	;;
*) id='' ;;
esac
if [ -z "$id" ]; then
	echo "rollout: from version $CURRENT to $NEW"
	id=$(aws autoscaling start-instance-refresh --region "$REGION" --auto-scaling-group-name "$GROUP" --strategy Rolling \
		--desired-configuration "{\"LaunchTemplate\": {\"LaunchTemplateId\": \"$TEMPLATE\", \"Version\": \"$NEW\"}}" \
		--preferences "$PREFERENCES" --query InstanceRefreshId --output text)
fi
if [ "$WAIT" != true ]; then
	echo "rollout: started. 'aws autoscaling describe-instance-refreshes --region $REGION --auto-scaling-group-name $GROUP' shows its progress."
	exit 0
fi

follow "$id"
case $status in
Successful) echo "rollout: the instances have version $NEW" ;;
RollbackSuccessful)
	fail "version $NEW failed, and the instances have version $CURRENT again${reason:+: $reason}" \
		"Correct the spec, compile and apply. The log of a failed instance's boot says what went wrong; README.md says where it is."
	;;
*) fail "it ended as $status, and the group still names version $CURRENT${reason:+: $reason}" ;;
esac
