# Two schedulers at once on one metadata database; the one that works a task is killed with all its processes. The other one
# finds that out, and the night ends right, once. Run after night.sh, on the same machine.
set -euo pipefail
. /opt/weerzien/deploy/rehearsal/steps.sh
BIN=/opt/weerzien/.venv/bin
UNITS=/etc/systemd/system
SERVICES="airflow-scheduler airflow-scheduler-2 airflow-dag-processor airflow-api-server airflow-triggerer"

in_airflow() { runuser -u postgres -- psql -At airflow -c "$1"; }
state_of_night() { in_airflow "SELECT state FROM dag_run WHERE run_id = 'loss'"; }

two_schedulers() {
  local unit
  # Airflow's defaults take five minutes to miss a worker; the lost one stays lost.
  for unit in airflow-scheduler airflow-scheduler-2; do
    install -d $UNITS/$unit.service.d
    printf '%s\n' '[Service]' 'Restart=no' Environment=AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT=30 \
      Environment=AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL=5 \
      Environment=AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL=15 \
      Environment=AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD=15 >$UNITS/$unit.service.d/rehearsal.conf
  done
  cp $UNITS/airflow-scheduler.service $UNITS/airflow-scheduler-2.service
  systemctl daemon-reload
  systemctl start $SERVICES
  for _ in $(seq 60); do
    sleep 1
    if [ "$(in_airflow "SELECT count(*) FROM job WHERE job_type = 'SchedulerJob' AND state = 'running' AND latest_heartbeat > now() - interval '15 seconds'")" = 2 ]; then return; fi
  done
  return 1
}

one_is_killed() {
  local number=
  as_service weerzien weerzien.env $BIN/airflow dags trigger nightly --run-id loss
  for _ in $(seq 900); do
    number=$(in_airflow "SELECT pid FROM task_instance WHERE run_id = 'loss' AND task_id IN ('check', 'link') AND state = 'running' AND pid IS NOT NULL LIMIT 1")
    if [ -n "$number" ]; then break; fi
    sleep 0.2
  done
  # The unit in whose group the task runs.
  sed -n 's|^0::.*/||p' "/proc/$number/cgroup" | tee /root/lost
  systemctl kill --signal=KILL --kill-whom=all "$(cat /root/lost)"
  sleep 1
  nothing systemctl --quiet is-active "$(cat /root/lost)"
}

night_ends() {
  local said
  for _ in $(seq 600); do
    sleep 1
    said=$(state_of_night)
    case $said in success | failed) break ;; esac
  done
  in_airflow "SELECT task_id, map_index, state, try_number, end_date - start_date FROM task_instance WHERE run_id = 'loss' ORDER BY start_date"
  [ "$said" = success ]
  [ "$(in_airflow "SELECT max(try_number) FROM task_instance WHERE run_id = 'loss'")" = 2 ]
}

same_tables() {
  as_service weerzien weerzien.env $BIN/weerzien export /var/lib/weerzien/tables-after-loss
  diff -r /home/engineer/tables /var/lib/weerzien/tables-after-loss
}

services_end() { systemctl stop $SERVICES; }

step "two schedulers at once on one metadata database" two_schedulers
step "one is killed with the task that it works (SIGKILL)" one_is_killed
step "the other one brings the night to its end" night_ends
step "the tables are the same, byte for byte" same_tables
step "the services end on SIGTERM" services_end
