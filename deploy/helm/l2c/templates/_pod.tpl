{{/*
What every process's pod has in common. Call with a dict:
  root       the chart's root
  process    its name
  command    what follows `l2c`
  port       its health port (the gateway's HTTP port)
  of         resources and, of services, maxWorkers
  secrets    whose passwords it is given: names of services, worker, beat; with "owner" the databases' owner
  files      whether it reads and writes files
*/}}

{{- define "l2c.environment" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $query := ternary (printf "?%s" $values.postgresql.options) "" (ne $values.postgresql.options "") -}}
{{- $brokerQuery := ternary (printf "?%s" $values.rabbitmq.options) "" (ne $values.rabbitmq.options "") -}}
{{- $database := printf "%s:%v/%s%s" (include "l2c.postgresqlHost" $root) $values.postgresql.port $values.postgresql.name $query -}}
{{- $broker := printf "%s://l2c-{service}:{password}@%s:%v" (ternary "amqps" "amqp" $values.rabbitmq.tls) (include "l2c.rabbitmqHost" $root) $values.rabbitmq.port -}}
{{- $own := dict
      "L2C_DATABASE_URL" (printf "postgresql+psycopg://%s:{password}@%s" $values.postgresql.name $database)
      "L2C_DATABASE_PASSWORD_FILE" "/run/secrets/l2c/database-{service}"
      "L2C_AMQP_URL" (printf "%s/%s%s" $broker $values.rabbitmq.vhost $brokerQuery)
      "L2C_CELERY_BROKER_URL" (printf "%s/%s%s" $broker $values.rabbitmq.jobsVhost $brokerQuery)
      "L2C_AMQP_PASSWORD_FILE" "/run/secrets/l2c/amqp-{service}"
      "L2C_QUORUM_QUEUES" "true"
      "L2C_HEALTH_HOST" "0.0.0.0"
      "L2C_HEALTH_PORT_BASE" "8101"
      "L2C_CONSOLE_URL" $values.consoleUrl -}}
{{- if has "owner" .secrets -}}
{{- $_ := set $own "L2C_DATABASE_OWNER_URL" (printf "postgresql+psycopg://%s:{password}@%s" $values.postgresql.owner $database) -}}
{{- $_ := set $own "L2C_DATABASE_OWNER_PASSWORD_FILE" "/run/secrets/l2c/database-owner" -}}
{{- end -}}
{{- if $values.files.url -}}
{{- $_ := set $own "L2C_FILES_URL" $values.files.url -}}
{{- if .files -}}
{{- $_ := set $own "L2C_FILES_ACCESS_KEY_FILE" "/run/secrets/l2c/files-access-key" -}}
{{- $_ := set $own "L2C_FILES_SECRET_KEY_FILE" "/run/secrets/l2c/files-secret-key" -}}
{{- end -}}
{{- end -}}
{{- range $name := (include "l2c.secretSettingsOf" . | fromJsonArray) -}}
{{- $_ := set $own (printf "%s_FILE" $name) (printf "/run/secrets/l2c/%s" (index $values.secretSettings $name)) -}}
{{- end -}}
{{- with (.of).maxWorkers -}}
{{- $_ := set $own "L2C_MAX_WORKERS" (toString .) -}}
{{- end -}}
{{- range $name, $value := mergeOverwrite (deepCopy $values.settings) $own }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end -}}
{{- end -}}

{{/* Which settings that are secrets a process is given: mail, and robots' sealed addresses, are notify's and its jobs', people come from the provider to the gateway. */}}
{{- define "l2c.secretSettingsOf" -}}
{{- $given := list -}}
{{- $isNotifys := and .files (has "notify" .secrets) (not (has "owner" .secrets)) -}}
{{- range $name, $_ := .root.Values.secretSettings -}}
{{- if or (and (has $name (list "L2C_SMTP_URL" "L2C_SEALING_KEYS")) $isNotifys) (and (eq $name "L2C_OIDC_CLIENT_SECRET") (eq $.process "gateway")) -}}
{{- $given = append $given $name -}}
{{- end -}}
{{- end -}}
{{ toJson $given }}
{{- end -}}

{{- define "l2c.podSettings" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "l2c.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* The files of the Secret that a process may see, and the folders it may write. */}}
{{- define "l2c.volumes" -}}
- name: secrets
  secret:
    secretName: {{ .root.Values.secretName }}
    defaultMode: 0440
    items:
      {{- range .secrets }}
      {{- if eq . "owner" }}
      - {key: database-owner, path: database-owner}
      {{- else if has . (list "worker" "beat" "messaging-platform") }}
      - {key: amqp-{{ . }}, path: amqp-{{ . }}}
      {{- else }}
      - {key: database-{{ . }}, path: database-{{ . }}}
      - {key: amqp-{{ . }}, path: amqp-{{ . }}}
      {{- end }}
      {{- end }}
      {{- if and .files .root.Values.files.url }}
      - {key: files-access-key, path: files-access-key}
      - {key: files-secret-key, path: files-secret-key}
      {{- end }}
      {{- range $name := (include "l2c.secretSettingsOf" . | fromJsonArray) }}
      {{- $key := index $.root.Values.secretSettings $name }}
      - {key: {{ $key }}, path: {{ $key }}}
      {{- end }}
      {{- if contains "/run/secrets/l2c/ca.crt" (print .root.Values.postgresql.options .root.Values.rabbitmq.options) }}
      - {key: ca.crt, path: ca.crt}
      {{- end }}
- name: scratch
  emptyDir: {}
- name: state
  {{- if eq .process "beat" }}
  persistentVolumeClaim: {claimName: {{ include "l2c.name" .root }}-beat}
  {{- else }}
  emptyDir: {}
  {{- end }}
{{- if and .files (not .root.Values.files.url) }}
- name: files
  persistentVolumeClaim: {claimName: {{ include "l2c.filesClaim" .root }}}
{{- end }}
{{- end -}}

{{- define "l2c.mounts" -}}
- {name: secrets, mountPath: /run/secrets/l2c, readOnly: true}
- {name: scratch, mountPath: /tmp}
- {name: state, mountPath: /var/lib/l2c/state}
{{- if and .files (not .root.Values.files.url) }}
- {name: files, mountPath: /var/lib/l2c/files}
{{- end }}
{{- end -}}

{{- define "l2c.deployment" -}}
{{- $root := .root -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "l2c.name" $root }}-{{ .process }}
  labels:
    {{- include "l2c.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .process }}
spec:
  {{- if not (and (.of).autoscale (ne $root.Values.autoscaling.kind "none")) }}
  replicas: {{ (.of).replicas | default 1 }}
  {{- end }}
  revisionHistoryLimit: 5
  selector:
    matchLabels: {{- include "l2c.selector" . | nindent 6 }}
  strategy:
    {{- if eq .process "beat" }}
    # Never two: each would start every job.
    type: Recreate
    {{- else }}
    type: RollingUpdate
    # The new one is ready before an old one ends.
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
    {{- end }}
  template:
    metadata:
      labels:
        {{- include "l2c.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .process }}
    spec:
      {{- include "l2c.podSettings" $root | nindent 6 }}
      # Longer than a process gives its work to end.
      terminationGracePeriodSeconds: 45
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "l2c.selector" . | nindent 14 }}
      containers:
        - name: l2c
          image: {{ include "l2c.image" $root }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: {{ toJson .command }}
          env: {{- include "l2c.environment" . | nindent 12 }}
          ports:
            - {name: {{ ternary "http" "health" (eq .process "gateway") }}, containerPort: {{ .port }}}
          # A process that hangs is started anew; one whose servers are away is not, it waits for them.
          livenessProbe:
            httpGet: {path: /health/live, port: {{ .port }}}
            periodSeconds: 15
            timeoutSeconds: 10
            failureThreshold: 4
          startupProbe:
            httpGet: {path: /health/live, port: {{ .port }}}
            periodSeconds: 3
            failureThreshold: 60
          readinessProbe:
            # A gateway stays behind its address when a service behind it is away: it says so itself, page by page.
            httpGet: {path: /health/{{ ternary "live" "ready" (eq .process "gateway") }}, port: {{ .port }}}
            periodSeconds: 10
            timeoutSeconds: 10
            failureThreshold: 2
          {{- if eq .process "gateway" }}
          lifecycle:
            # Whoever sends requests hears that this one ends before it does.
            preStop: {exec: {command: [sleep, "5"]}}
          {{- end }}
          resources: {{- toYaml (.of).resources | nindent 12 }}
          securityContext: {{- include "l2c.containerSecurity" $root | nindent 12 }}
          volumeMounts: {{- include "l2c.mounts" . | nindent 12 }}
      volumes: {{- include "l2c.volumes" . | nindent 8 }}
{{- end -}}
