"""When and in what order: the nightly DAG, the stages it calls, and the command that runs a night by hand.

The only room that knows Airflow. Nothing here decides what a record means, who is the same, or what is counted.
"""
